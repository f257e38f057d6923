"""WeChat's public accounts: the articles of mp.weixin.qq.com, whose facts stand in their scripts.

An account is known by its `biz`, the number of the account in base64, which never changes; its name
and its WeChat id may. Articles of pictures or of text alone have no body in their markup.
"""

from __future__ import annotations

import base64
import binascii
import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.browser.looking import look
from crawlers.spiders.pages import words_of
from crawlers.spiders.social.posts import Medium, Post, fragment, moment_in
from index.sites import account_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

HOST: Final = "mp.weixin.qq.com"
VOICES: Final = "https://res.wx.qq.com/voice/getvoice?mediaid="
_WALLS: Final = ("/mp/wappoc_appmsgcaptcha", "/mp/verifycode", "/mp/readtemplate/verify")
_WALL = re.compile(r"环境异常|完成验证后即可继续访问|secitptpage/verify|id=[\"']js_verify[\"']")
_STATES: Final = (
    ("deleted", ("该内容已被发布者删除", "此内容发送失败无法查看")),
    ("violation", ("此内容因违规无法查看", "该内容已被投诉", "此内容涉嫌", "此帐号已被屏蔽")),
    ("migrated", ("该公众号已迁移", "此账号已申请账号迁移", "此帐号已申请公众号帐号迁移")),
    ("closed", ("此帐号已自主注销", "此账号已自主注销")),
    ("expired", ("该链接已过期", "链接已过期", "参数错误")),
)
_FEW: Final = 400
"""Characters of a page that says nothing but what became of the article."""
_LEADING: Final = re.compile(r"/s(?:/[\w-]{10,40})?|/mp/(?:appmsgalbum|homepage)")
_OF_ARTICLE: Final = frozenset({"__biz", "mid", "idx", "sn"})
_SCRIPT_CHARACTERS: Final = 2_000_000
_LONGEST: Final = 400
_LONGEST_BODY: Final = 400_000
_TRIES: Final = 12
_AFTER_NAME: Final = (
    r"""["']?\s{0,3}[:=]\s{0,3}(?:window\.\w{1,20}\s{0,3}=\s{0,3})?(?:\w{1,12}\(\s{0,3})?"""
    r"""(?:(?:""|'')\s{0,3}\|\|\s{0,3})?(["'])((?:\\.|(?!\1)[^\\\n]){1,%d})\1"""
)
_SHORT: Final = re.compile(_AFTER_NAME % _LONGEST)
_LONG: Final = re.compile(_AFTER_NAME % _LONGEST_BODY)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SIGNS: Final = {"n": "\n", "r": "", "t": "\t"}
_VIDEO = re.compile(r"https?:(?:\\?/|\\x2f){2}mpvideo\.qpic\.cn[^'\"\s<>]{1,1500}")
_ONE_VIDEO = re.compile(r"/(\w{8,200})\.f\d{1,6}\.mp4")
_PICTURE = re.compile(r"cdn_url[\"']?\s{0,3}:\s{0,3}(?:\w{1,12}\(\s{0,3})?[\"']([^\"'\n]{10,1500})")
_BACKGROUND = re.compile(r"url\(\s{0,3}[\"']?([^\"')]{8,1500})")
_MOST: Final = 200


def is_wechat(url: str) -> bool:
    """Tell whether an address is one of public accounts."""
    return urlsplit(url).hostname == HOST


def is_wall(url: str, markup: str = "") -> bool:
    """Tell whether in place of an article stands a test of who reads it."""
    if is_wechat(url) and urlsplit(url).path.startswith(_WALLS):
        return True
    has_article = "js_content" in markup or "picture_page_info_list" in markup
    return not has_article and _WALL.search(markup[:_SCRIPT_CHARACTERS]) is not None


def state_of(page: Page) -> str:
    """Return what became of an article that can't be read any more, "" where it can."""
    if page.tree.css_first("#js_content") is not None:
        return ""
    words = look(page.text, page.url).text
    if len(words) > _FEW:
        return ""
    return next((name for name, said in _STATES if any(one in words for one in said)), "")


def leads_to(url: str) -> str | None:
    """Return the address of an article or a list of them without what only says who shared it."""
    parts = urlsplit(url)
    if not is_wechat(url) or _LEADING.fullmatch(parts.path) is None:
        return None
    if parts.path != "/s":
        kept = "" if parts.path.startswith("/s/") else f"?{parts.query}"
        return f"https://{HOST}{parts.path}{kept}"
    fields = [field for field in parse_qsl(parts.query) if field[0] in _OF_ARTICLE]
    return f"https://{HOST}/s?{urlencode(sorted(fields))}" if fields else None


def article_of(page: Page) -> Post | None:
    """Return the article of a page, None where it has none."""
    scripts = _Scripts(page)
    body = page.tree.css_first("#js_content")
    words = words_of(body) if body is not None else ""
    inner = body if words or (body is not None and body.css_first("img, mpvoice, iframe")) else None
    said = scripts.long("content_noencode") if inner is None else ""
    pictures = tuple(scripts.pictures()) if inner is None else ()
    if inner is None and not said and not pictures:
        return None
    biz = scripts.biz() or dict(parse_qsl(urlsplit(page.url).query)).get("__biz", "")
    account = account_at(HOST, biz) if biz else ""
    name = _words(page, "#js_name, .profile_nickname") or scripts.short("nickname", "nick_name")
    element = inner or fragment(_paragraphs(said))
    return Post(
        element=element,
        author=page.meta("author", "og:article:author") or scripts.short("author"),
        author_id=biz,
        account=account,
        posted_at=moment_in(scripts.short("ct", "oriCreateTime", "create_time")),
        url=page.url,
        title=_words(page, "#activity-name") or page.meta("og:title") or scripts.short("msg_title"),
        facts=tuple(_facts(page, scripts, element, name)),
        media=(*pictures, *_media(page, scripts, element)),
        shown=inner is not None,
    )


def _facts(page: Page, scripts: _Scripts, element: LexborNode, name: str) -> Iterator[str]:
    named = {
        "account_name": name,
        "account_alias": scripts.short("user_name", "alias"),
        "wechat": _words(page, ".profile_meta_value")[:40],
        "reposted_from": _words(page, ".original_primary_nickname")[:80],
    }
    yield from (f"{fact}:{value}" for fact, value in named.items() if value)
    if page.tree.css_first("#copyright_logo") or scripts.short("copyright_stat") == "1":
        yield "original:yes"
    for one in element.css("[voice_encode_fileid]")[:_MOST]:
        yield f"voice:{one.attributes.get('voice_encode_fileid')}"
    for one in element.css("[musicid]")[:_MOST]:
        yield f"music:{one.attributes.get('musicid')}"
    for one in element.css("[data-mpvid]")[:_MOST]:
        yield f"video:{one.attributes.get('data-mpvid')}"
    for one in element.css('iframe[data-src*="v.qq.com"]')[:_MOST]:
        fields = dict(parse_qsl(urlsplit(one.attributes.get("data-src") or "").query))
        if fields.get("vid"):
            yield f"video:{fields['vid']}"


def _media(page: Page, scripts: _Scripts, element: LexborNode) -> Iterator[Medium]:
    """Yield what no tag of the body shows as such: lazy pictures, voices, songs, films."""
    for one in element.css("img"):
        yield Medium(one.attributes.get("data-src") or one.attributes.get("src") or "")
    for one in element.css("[style*=url]"):
        style = (one.attributes.get("style") or "")[:4_000]
        yield from (Medium(url) for url in _BACKGROUND.findall(style))
    for one in element.css("[voice_encode_fileid]"):
        title = one.attributes.get("name") or ""
        yield Medium(f"{VOICES}{one.attributes.get('voice_encode_fileid')}", title)
    for one in element.css("[audiourl]"):
        said = one.attributes
        names = (said.get("music_name"), said.get("singer"))
        yield Medium(said.get("audiourl") or "", " - ".join(filter(None, names)))
    for url in scripts.videos():
        yield Medium(url)
    yield Medium(page.meta("og:image", "twitter:image"))


def _paragraphs(said: str) -> str:
    """Return the text of an article without markup of its own as paragraphs."""
    if "<p" in said or "<section" in said:
        return said
    return "".join(f"<p>{escape(line)}</p>" for line in said.split("\n") if line.strip())


def _words(page: Page, selector: str) -> str:
    element = page.tree.css_first(selector)
    return words_of(element)[:_LONGEST] if element is not None else ""


class _Scripts:
    """What an article's scripts say: they are read, never run."""

    def __init__(self, page: Page) -> None:
        texts = (one.text(deep=True) for one in page.tree.css("script:not([src])"))
        self._text = "\n".join(texts)[:_SCRIPT_CHARACTERS]

    def short(self, *names: str) -> str:
        """Return the first string that one of these names is given."""
        return next(filter(None, (self._said(name, _SHORT) for name in names)), "").strip()

    def long(self, name: str) -> str:
        """Return the string that a name is given, however long it is."""
        return self._said(name, _LONG)

    def biz(self) -> str:
        """Return the account's number in base64, "" where nothing that is one stands there."""
        for name in ("biz", "__biz", "bizuin"):
            said = self._said(name, _SHORT)
            if _is_biz(said):
                return said
        return ""

    def pictures(self) -> Iterator[Medium]:
        """Yield the pictures of an article that consists of them."""
        start = self._text.find("picture_page_info_list")
        listed = self._text[start : start + 200_000] if start >= 0 else ""
        for found in _PICTURE.findall(listed)[:_MOST]:
            yield Medium(_read(found))

    def videos(self) -> Iterator[str]:
        """Yield the films of an article, each in one of the forms that it comes in."""
        seen: set[str] = set()
        for found in _VIDEO.findall(self._text)[:_MOST]:
            url = _read(found).rstrip("\\),;")
            named = _ONE_VIDEO.search(url)
            film = named[1] if named else url
            if film not in seen:
                seen.add(film)
                yield url

    def _said(self, name: str, pattern: re.Pattern[str]) -> str:
        place = -1
        for _ in range(_TRIES):
            place = self._text.find(name, place + 1)
            if place < 0:
                return ""
            before = self._text[place - 1 : place]
            found = pattern.match(self._text, place + len(name))
            if found is not None and not (before.isalnum() or before == "_"):
                return _read(found[2])
        return ""


def _read(literal: str) -> str:
    """Return what a string of a script says, in which HTML was escaped besides."""
    plain = _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if found[3] is None
            else _SIGNS.get(found[3], found[3])
        ),
        literal,
    )
    return unescape(plain)


def _is_biz(said: str) -> bool:
    try:
        return base64.b64decode(said, validate=True).isdigit()
    except (binascii.Error, ValueError):
        return False
