"""Weibo: statuses as its mobile pages, its public interfaces and its pages of before have them.

A status is known by its number (`mid`) or, in addresses, by that in another notation (`bid`); an
account by its `uid`. Statuses of all forms are dictionaries with the same names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.browser.looking import look
from crawlers.spiders.social.posts import MOST_POSTS, Medium, Post, counters, fragment, moment_in
from index.sites import account_at

if TYPE_CHECKING:
    from crawlers.spiders.pages import Page

HOSTS: Final = frozenset({"weibo.com", "www.weibo.com", "m.weibo.cn", "weibo.cn", "m.weibo.com"})
PLATFORM: Final = "weibo.com"
MOBILE: Final = "https://m.weibo.cn"
WALL_STATUS: Final = 432
"""What m.weibo.cn answers those that it takes for no person."""
_WALL_HOSTS: Final = frozenset(
    {"passport.weibo.com", "passport.weibo.cn", "login.sina.com.cn", "security.weibo.com"}
)
_STATUS: Final = re.compile(r"/(?:\d{1,12}|detail|status)/([0-9A-Za-z]{6,20})")
_ID: Final = re.compile(r"[0-9A-Za-z]{6,20}")
_USER: Final = re.compile(r"/(?:u/|profile/)?(\d{6,12})/?")
_BODY_BYTES: Final = 4 * 2**20
_RENDER_DATA: Final = re.compile(r"\$render_data\s{0,3}=\s{0,3}")
_MOST_STATES: Final = 20
_LOGIN: Final = re.compile(rb'"ok"\s{0,3}:\s{0,3}-100\b')
_DEEPEST: Final = 12
_FEW: Final = 600
_STATES: Final = (
    ("deleted", ("已被作者删除", "此微博已被删除")),
    ("violation", ("因被多人投诉", "违反微博社区公约", "根据相关法律法规")),
    ("unavailable", ("微博不存在", "暂无查看权限", "出错了", "用户不存在")),
)
_LEAST_HEIGHT: Final = 240
_FILMS: Final = (
    *("mp4_ld_mp4", "mp4_sd_url", "stream_url", "mp4_hd_mp4", "mp4_hd_url", "stream_url_hd"),
    *("mp4_720p_mp4", "h5_url"),
)
"""Where the addresses of one film stand, the smallest that show enough first."""


def is_weibo(url: str) -> bool:
    """Tell whether an address is one of Weibo's."""
    return urlsplit(url).hostname in HOSTS


def is_wall(url: str, body: bytes = b"") -> bool:
    """Tell whether in place of what was asked for stands a login, or a test of who reads it."""
    if urlsplit(url).hostname in _WALL_HOSTS:
        return True
    head = body[:4_000]
    return b"Sina Visitor System" in head or _LOGIN.search(head) is not None


def leads_to(url: str) -> str | None:
    """Return the address of a status or an account in one form, None for anything else."""
    parts = urlsplit(url)
    if not is_weibo(url):
        return None
    if parts.path.startswith("/api/container/getIndex"):
        return url
    if _STATUS.fullmatch(parts.path) or _USER.fullmatch(parts.path):
        return f"https://{parts.netloc}{parts.path.rstrip('/')}"
    return None


def public_forms(url: str) -> Iterator[str]:
    """Yield where else the same status or account is shown to anyone."""
    parts = urlsplit(url)
    if not is_weibo(url):
        return
    if (found := _STATUS.fullmatch(parts.path)) is not None:
        yield f"{MOBILE}/status/{found[1]}"
        yield f"{MOBILE}/statuses/show?id={found[1]}"
    elif (found := _USER.fullmatch(parts.path)) is not None:
        uid = found[1]
        said = {"containerid": f"107603{uid}", "type": "uid", "value": uid}
        yield f"{MOBILE}/api/container/getIndex?{urlencode(said)}"


def statuses_of(page: Page) -> list[Post]:
    """Return the statuses of a page or an answer, in order, reposted ones within their reposts."""
    posts: dict[str, Post] = {}
    for said in _statuses(_documents(page)):
        post = _post(said)
        if post.id not in posts or len(post.text) > len(posts[post.id].text):
            posts[post.id] = post
        if len(posts) == MOST_POSTS:
            break
    return list(posts.values())


def state_of(page: Page) -> str:
    """Return what became of what a page or an answer without any status was asked for, or ""."""
    for document in _documents(page):
        if isinstance(document, Mapping) and document.get("ok") == 0:
            return "unavailable"
    words = look(page.text, page.url).text[:_FEW] if page.is_markup else ""
    return next((state for state, said in _STATES if any(one in words for one in said)), "")


def onward(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what statuses lead to, with whose it is: their pages, originals, rest of long texts."""
    for document in _documents(page):
        for said in _statuses([document]):
            first = said.get("retweeted_status")
            for one in (said, first if isinstance(first, Mapping) else {}):
                account = _account(one)
                id = str(one.get("bid") or one.get("mblogid") or one.get("mid") or "")
                if account and _ID.fullmatch(id):
                    yield f"{MOBILE}/status/{id}", account
                mid = str(one.get("mid") or one.get("id") or "")
                if account and one.get("isLongText") and not _long_text(one) and _ID.fullmatch(mid):
                    yield f"{MOBILE}/statuses/extend?id={mid}", account


def next_of_list(page: Page) -> Iterator[str]:
    """Yield where a list of an account's statuses goes on."""
    for document in _documents(page):
        yield from _next_of_list(document, page.url)


def _next_of_list(document: Any, url: str) -> Iterator[str]:  # noqa: ANN401  JSON
    data = document.get("data") if isinstance(document, Mapping) else None
    info = data.get("cardlistInfo") if isinstance(data, Mapping) else None
    since = info.get("since_id") if isinstance(info, Mapping) else None
    if isinstance(since, int | str) and since and "/api/container/getIndex" in url:
        base, _, query = url.partition("?")
        fields = {**dict(parse_qsl(query)), "since_id": str(since)}
        yield f"{base}?{urlencode(sorted(fields.items()))}"


def _documents(page: Page) -> list[Any]:
    """Return the JSON that a response is, or has in its scripts."""
    if page.body[:200].lstrip()[:1] in {b"{", b"["}:
        return _loaded(page.body[:_BODY_BYTES].decode("utf-8", "replace"))
    if not page.is_markup or page.is_tangled:
        return []
    found: list[Any] = []
    for script in page.tree.css("script:not([src])"):
        text = script.text(deep=True)
        for place in [one.end() for one in _RENDER_DATA.finditer(text)][:_MOST_STATES]:
            found += _loaded(text[place:])
    return found


def _loaded(text: str) -> list[Any]:
    try:
        return [json.JSONDecoder().raw_decode(text.lstrip())[0]]
    except (ValueError, RecursionError):
        return []


def _statuses(documents: list[Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    for one in documents:
        if isinstance(one, list) and depth < _DEEPEST:
            yield from _statuses(one, depth + 1)
        elif isinstance(one, Mapping):
            if _is_status(one):
                yield one
            elif depth < _DEEPEST:
                inner = [part for name, part in one.items() if name not in {"user", "comments"}]
                yield from _statuses(inner, depth + 1)


def _is_status(one: Mapping[str, Any]) -> bool:
    has_text = any(isinstance(one.get(name), str) for name in ("text", "text_raw"))
    is_whole = "longTextContent" in one and not isinstance(one.get("user"), Mapping)
    return is_whole or (has_text and ("mid" in one or "bid" in one or "mblogid" in one))


def _post(said: Mapping[str, Any]) -> Post:
    """Read a status; what it reposts stands after it in its text, and is its media's author's."""
    user, uid = _user(said), _uid(said)
    first = said.get("retweeted_status")
    first = first if isinstance(first, Mapping) else None
    again = f"<blockquote>{_author(first)}{_markup(first)}</blockquote>" if first else ""
    return Post(
        element=fragment(_markup(said) + again),
        author=str(user.get("screen_name") or ""),
        author_id=uid,
        account=_account(said),
        posted_at=moment_in(str(said.get("created_at") or "")),
        id=str(said.get("mid") or said.get("id") or ""),
        url=_address(uid, said),
        facts=tuple(_facts(said, first)),
        media=tuple(_media(said)),
        shown=False,
    )


def reposted(page: Page) -> list[Post]:
    """Return what the statuses of a page repost, each as its author's."""
    firsts = (one.get("retweeted_status") for one in _statuses(_documents(page)))
    found = [_post(_alone(first)) for first in firsts if isinstance(first, Mapping)]
    return [post for post in found[:MOST_POSTS] if post.account]


def _alone(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a status without what it reposts itself: chains are as long as whoever writes them."""
    return {name: value for name, value in said.items() if name != "retweeted_status"}


def _facts(said: Mapping[str, Any], first: Mapping[str, Any] | None) -> Iterator[str]:
    yield from counters(
        {
            "likes": said.get("attitudes_count"),
            "reposts": said.get("reposts_count"),
            "comments": said.get("comments_count"),
            "reads": said.get("reads_count"),
        }
    )
    if region := said.get("region_name"):
        yield f"region:{str(region)[:40]}"
    info = said.get("page_info")
    if isinstance(info, Mapping) and (film := info.get("object_id")):
        yield f"video:{str(film)[:60]}"
    if first is not None:
        origin = _post(_alone(first))
        if origin.account:
            yield f"reposted_from:{origin.account}"
        kept = (one for one in origin.every_fact() if one.startswith(("author", "post:")))
        yield from (f"original_{one}" for one in kept)
        if not origin.account:
            yield "state:original_gone"


def _media(said: Mapping[str, Any]) -> Iterator[Medium]:
    listed = said.get("pics")
    pictures = [*listed.values()] if isinstance(listed, Mapping) else listed
    for one in pictures if isinstance(pictures, list) else []:
        if isinstance(one, Mapping):
            yield from _picture(one)
    infos = said.get("pic_infos")
    for one in infos.values() if isinstance(infos, Mapping) else []:
        if isinstance(one, Mapping):
            yield from _picture(one)
    mixed = said.get("mix_media_info")
    items = mixed.get("items") if isinstance(mixed, Mapping) else None
    for one in items if isinstance(items, list) else []:
        data = one.get("data") if isinstance(one, Mapping) else None
        if isinstance(data, Mapping):
            yield from _picture(data)
            yield from _film(data)
    info = said.get("page_info")
    if isinstance(info, Mapping):
        yield from _film(info)


def _picture(one: Mapping[str, Any]) -> Iterator[Medium]:
    for name in ("largest", "original", "large", "mw2000"):
        size = one.get(name)
        if isinstance(size, Mapping) and isinstance(size.get("url"), str):
            yield Medium(size["url"])
            break
    else:
        if isinstance(one.get("url"), str):
            yield Medium(one["url"])
    for name in ("videoSrc", "video"):
        if isinstance(one.get(name), str) and "//" in one[name]:
            yield Medium(one[name])
            break


def _film(info: Mapping[str, Any]) -> Iterator[Medium]:
    media, urls = info.get("media_info"), info.get("urls")
    media = media if isinstance(media, Mapping) else {}
    urls = urls if isinstance(urls, Mapping) else {}
    title = str(info.get("title") or media.get("name") or info.get("page_title") or "")
    played = [*_played(media), *(one.get(name) for name in _FILMS for one in (urls, media))]
    address = next((one for one in played if isinstance(one, str) and "//" in one), None)
    if address is not None:
        yield Medium(address, title)
    cover = info.get("page_pic")
    url = cover.get("url") if isinstance(cover, Mapping) else cover
    if isinstance(url, str):
        yield Medium(url)


def _played(media: Mapping[str, Any]) -> list[str]:
    """Return the addresses of a film's qualities, the smallest that shows enough first."""
    listed = media.get("playback_list")
    found: list[tuple[int, str]] = []
    for one in listed if isinstance(listed, list) else []:
        play = one.get("play_info") if isinstance(one, Mapping) else None
        if isinstance(play, Mapping) and isinstance(play.get("url"), str):
            height = play.get("height")
            found.append((height if isinstance(height, int) else 0, play["url"]))
    return [url for height, url in sorted(found, key=lambda one: (one[0] < _LEAST_HEIGHT, one[0]))]


def _markup(said: Mapping[str, Any]) -> str:
    whole = _long_text(said) or said.get("text") or said.get("text_raw") or ""
    return f"<p>{str(whole).replace(chr(10), '<br>')}</p>"


def _author(said: Mapping[str, Any]) -> str:
    name = _user(said).get("screen_name")
    return f"<p>@{escape(str(name))}</p>" if name else ""


def _user(said: Mapping[str, Any]) -> Mapping[str, Any]:
    user = said.get("user")
    return user if isinstance(user, Mapping) else {}


def _uid(said: Mapping[str, Any]) -> str:
    uid = str(_user(said).get("idstr") or _user(said).get("id") or "")
    return uid if uid.isdecimal() else ""


def _account(said: Mapping[str, Any]) -> str:
    uid = _uid(said)
    return account_at(PLATFORM, uid) if uid else ""


def _long_text(said: Mapping[str, Any]) -> str:
    long = said.get("longText")
    whole = (
        long.get("longTextContent") or long.get("content") if isinstance(long, Mapping) else None
    )
    return str(whole or said.get("longTextContent") or "")


def _address(uid: str, said: Mapping[str, Any]) -> str:
    id = said.get("bid") or said.get("mblogid") or said.get("mid") or ""
    return f"https://weibo.com/{uid}/{id}" if uid and id else ""
