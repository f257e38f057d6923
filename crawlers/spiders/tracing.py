"""Tracing: what a page shows of those behind it — licence numbers, author, counters, contacts.

Each fact is `name:value`, as it stands on the page: nothing is looked up, completed or guessed.
Registration numbers have the forms of the Ministry of Industry and Information Technology's filing
system (工信部令第33号, 2005; for apps 工信部信管〔2023〕105号) and of the public security organs'
(公安部令第33号).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.spiders.pages import Page

_MOST_CHARACTERS: Final = 120_000
_FOOTER_CHARACTERS: Final = 20_000
_MOST_OF_A_KIND: Final = 5
_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀贵黔云滇藏陕秦甘陇青宁新港澳台"
_ICP = re.compile(
    rf"([{_PROVINCES}])\s?ICP\s?备\s?(?:字)?\s?第?\s?(\d{{5,10}})\s?号?(?:\s?-\s?(\d{{1,4}}[AXax]?))?"
)
_ICP_LICENCE = re.compile(
    rf"([{_PROVINCES}])\s?(?:ICP\s?证|B2-|ICP\s?证\s?B2-)\s?(\d{{5,10}})\s?号?"
)
_GONGAN = re.compile(rf"([{_PROVINCES}])\s?公网安备\s?(?:第)?\s?(\d{{11,14}})\s?号?")
_GONGAN_QUERY = re.compile(r"(?:recordcode|code)=(\d{14})\b")
_LABEL = r"\s{0,3}[:：]\s{0,3}"
_PERHAPS = r"\s{0,3}[:：]?\s{0,3}"
_NAME = r"([^\s:：|｜/／,，;；()（）<>\[\]【】]{1,30})"
_AUTHORS = (
    "作者|上传者|发布者|发布人|发帖人|楼主|UP主|上传用户|编辑|Uploader|Uploaded by|Author|Posted by"
)
_AUTHOR = re.compile(rf"(?:{_AUTHORS}){_LABEL}{_NAME}", re.IGNORECASE)
_DEVELOPERS = "开发者|开发商|厂商|公司名称|供应商|Developer|Publisher|Offered by"
_DEVELOPER = re.compile(rf"(?:{_DEVELOPERS}){_LABEL}([^:：|｜\n<>]{{2,60}})", re.IGNORECASE)
_NUMBER = (
    r"(\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,12}(?:\.\d{1,2})?)\s?(万|亿|千|[kKwWmM](?![A-Za-z]))?\+?"
)
_COUNTERS: Final = (
    (
        "views",
        (
            "播放量|播放次数|播放|阅读量|阅读数|阅读|浏览量|浏览次数|浏览|点击量|点击数|点击|人气|围观|查看"
            "|Views?|Plays?|Hits?"
        ),
    ),
    ("downloads", "下载量|下载次数|下载数|下载|累计下载|安装次数|安装量|安装|Downloads?|Installs?"),
    (
        "members",
        "成员数|成员|会员数|群人数|粉丝数|粉丝|订阅数|关注者|Members?|Subscribers?|Followers?",
    ),
    ("likes", "点赞数|点赞|喜欢|Likes?"),
    ("favourites", "收藏数|收藏|Favourites?|Favorites?"),
    ("comments", "评论数|评论|回复数|回复|Comments?|Replies"),
    ("shares", "转发数|转发|分享数|Reposts?"),
)
_COUNT = re.compile(_NUMBER)


def _signs(words: str) -> tuple[str, ...]:
    """Return what a text must have one of for any of the words to stand in it, in lower case."""
    plain = {re.sub(r".\?", "", word).lower() for word in words.split("|")}
    return tuple(one for one in plain if not any(two in one for two in plain - {one}))


_BEFORE = tuple(
    (
        name,
        _signs(words),
        re.compile(
            rf"(?:(?<!\w)|(?<=总))(?:{words})(?:{_LABEL}|\s?[(（]\s?){_NUMBER}", re.IGNORECASE
        ),
    )
    for name, words in _COUNTERS
)
_AFTER = tuple(
    (
        name,
        _signs(words),
        re.compile(
            rf"(?<![\d:/.\-]){_NUMBER}\s?[次人个]?\s?(?:{words})(?!\w|\s?[(（:：]\s?\d)",
            re.IGNORECASE,
        ),
    )
    for name, words in (
        ("views", "播放|阅读|浏览|围观|人看过|views|plays"),
        ("downloads", "下载|安装|downloads|installs"),
        ("members", "成员|粉丝|关注|订阅|members|subscribers|followers"),
    )
)
_PRICES = "售价|价格|特价|现价|会员价|原价|仅售|只要|Price"
_PRICE = re.compile(
    rf"(?:{_PRICES})为?{_PERHAPS}([¥￥$€]?\s?\d{{1,7}}(?:\.\d{{1,2}})?\s?(?:元|块|金币|积分|RMB|CNY|USD|美元)?)"
    r"|([¥￥]\s?\d{1,7}(?:\.\d{1,2})?)",
    re.IGNORECASE,
)
_QQ_GROUP = rf"(?:QQ群|Q群|群号|扣群|企鹅群|交流群){_PERHAPS}(\d{{5,11}})(?!\d)"
_QQ = (
    r"(?<![A-Za-z群])(?:客服QQ|联系QQ|QQ号?|扣扣|企鹅号?)(?!群)\s{0,3}[:：号]?\s{0,3}"
    r"([1-9]\d{4,10})(?!\d)"
)
_WECHAT = (
    r"(?:微信号?|微\s?信\s?公众号|公众号|薇信|威信|VX|V信|WeChat(?:\sID)?)\s{0,3}[:：]\s{0,3}"
    r"([A-Za-z][-_A-Za-z0-9]{5,19}|[\u4e00-\u9fff\w]{2,20})"
)
_TELEGRAM = (
    r"(?:https?://)?(?:t\.me|telegram\.me)/"
    r"(?!(?:share|joinchat|addstickers|addlist|proxy|socks|login)\b)([A-Za-z]\w{3,31})"
    r"|(?:TG|Telegram|电报|飞机)(?:群|频道|号)?\s{0,3}[:：]\s{0,3}@?([A-Za-z]\w{4,31})"
)
_EMAIL = (
    r"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63}"
    r"(?:@|\s?\[at\]\s?|\s?#\s?(?=\w{2,20}\.(?:com|net|cn|org)))"
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})(?![\w-])"
)
_PHONE = (
    r"(?:电话|手机|联系方式|客服热线|热线|Tel|Phone)\s{0,3}[:：]\s{0,3}"
    r"((?:\+?86[- ]?)?1[3-9]\d{9}|400[- ]?\d{3}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)"
)
_PAYEE = (
    rf"(?:收款人|收款账号|收款方|支付宝账?号?|户名|Payee){_LABEL}([\w@.*\u4e00-\u9fff-]{{2,40}})"
)
_CONTACTS: Final = tuple(
    (name, signs, re.compile(pattern, re.IGNORECASE))
    for name, signs, pattern in (
        ("qq_group", ("q群", "群号", "扣群", "企鹅群", "交流群"), _QQ_GROUP),
        ("qq", ("qq", "扣扣", "企鹅"), _QQ),
        (
            "wechat",
            ("微信", "微 信", "公众号", "薇信", "威信", "vx", "v信", "wechat"),
            _WECHAT,
        ),
        ("telegram", ("t.me", "telegram", "tg", "电报", "飞机"), _TELEGRAM),
        ("email", ("@", "[at]", "#"), _EMAIL),
        ("phone", ("电话", "手机", "联系方式", "热线", "tel", "phone"), _PHONE),
        ("payee", ("收款", "支付宝", "户名", "payee"), _PAYEE),
    )
)
_SIGNS: Final = {
    "icp": ("icp",),
    "icp_licence": ("icp", "b2-"),
    "gongan": ("公网安备",),
    "author": _signs(_AUTHORS),
    "developer": _signs(_DEVELOPERS),
    "price": (*_signs(_PRICES), "¥", "￥"),
}
_EVERY_SIGN: Final = frozenset(
    sign
    for signs in (*_SIGNS.values(), *(signs for _, signs, _ in (*_BEFORE, *_AFTER, *_CONTACTS)))
    for sign in signs
)
_A_SIGN: Final = re.compile("|".join(map(re.escape, sorted(_EVERY_SIGN, key=len, reverse=True))))
# A sign that is found hides those that begin within it.
_WITHIN: Final = {
    one: frozenset(
        two
        for two in _EVERY_SIGN
        if two in one or any(one.endswith(two[:size]) for size in range(1, len(two)))
    )
    for one in _EVERY_SIGN
}
# Letters and digits in shapes that NFKC undoes (ＱＱ, ①, 𝟙); of full-width signs those that no
# pattern takes as they are. To normalise every text would cost more than all there is to find.
_OTHER_SHAPES: Final = re.compile(
    r"[\u00b2\u00b3\u00b9\u2070-\u209f\u2100-\u218b\u2460-\u24ff\u3200-\u33ff\uf900-\ufaff"
    r"\ufe10-\ufe6f\uff02-\uff07\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff20-\uff5b\uff5d-\uffe4"
    r"\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]"
)
_SUFFIXES = {"千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "m": 1e6, "亿": 1e8}


def shown_on(page: Page) -> tuple[str, ...]:
    """Return the facts that a page of markup shows, each once, in the order of their kinds."""
    body = page.tree.body
    text = body.text(deep=True, separator=" ") if body is not None else ""
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - _FOOTER_CHARACTERS] + text[-_FOOTER_CHARACTERS:]
    links = " ".join(url for _, url in page.anchors[-400:])
    facts = facts_in(text, links=links)
    author = page.meta("author", "article:author", "og:novel:author")
    if author and not any(one.startswith("author:") for one in facts):
        facts = (*facts, f"author:{author[:60]}")
    return facts


def facts_in(text: str, *, links: str = "") -> tuple[str, ...]:
    """Return the facts that a text shows; `links` are the addresses beside it."""
    if _OTHER_SHAPES.search(text):
        text = unicodedata.normalize("NFKC", text)
    text = " ".join(text.replace("\u200b", "").split())
    found: dict[str, dict[str, None]] = {}
    for name, value in _facts(_Words(text, links, _signs_in(text.lower()))):
        values = found.setdefault(name, {})
        if value and len(values) < _MOST_OF_A_KIND:
            values[unicodedata.normalize("NFKC", value)] = None
    return tuple(f"{name}:{value}" for name, values in found.items() for value in values)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is read, and which signs it has."""

    text: str
    links: str
    signs: frozenset[str]

    def finds(self, name: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Search for what has one of the signs of that name; nothing else is worth it."""
        return iter(()) if self.signs.isdisjoint(_SIGNS[name]) else pattern.finditer(self.text)


def _facts(words: _Words) -> Iterator[tuple[str, str]]:
    yield from _numbers_of_licences(words)
    for found in words.finds("author", _AUTHOR):
        yield "author", found[1]
    for found in words.finds("developer", _DEVELOPER):
        yield "developer", _first_words(unicodedata.normalize("NFKC", found[1]))
    for name, own, pattern in (*_BEFORE, *_AFTER):
        counted = None if words.signs.isdisjoint(own) else pattern.search(words.text)
        if counted is not None:
            yield name, _counted(counted[1], counted[2])
    for found in words.finds("price", _PRICE):
        yield "price", (found[1] or found[2]).replace(" ", "")
    yield from _contacts(words)


def _contacts(words: _Words) -> Iterator[tuple[str, str]]:
    links = words.links
    for name, own, pattern in _CONTACTS:
        is_linked = name == "telegram" and ("t.me/" in links or "telegram.me/" in links)
        if words.signs.isdisjoint(own) and not is_linked:
            continue
        for found in pattern.finditer(f"{words.text} {links}" if is_linked else words.text):
            handle = next(filter(None, found.groups()), "")
            yield name, re.sub(r"\s?\[at\]\s?|\s?#\s?", "@", handle, flags=re.IGNORECASE)


def _signs_in(lower: str) -> frozenset[str]:
    """Return the signs that a text in lower case has, and some that it may have: in one pass."""
    return frozenset[str]().union(*(_WITHIN[one] for one in set(_A_SIGN.findall(lower))))


def _numbers_of_licences(words: _Words) -> Iterator[tuple[str, str]]:
    for found in words.finds("icp", _ICP):
        suffix = f"-{found[3].upper()}" if found[3] else ""
        is_app = suffix.endswith(("A", "X"))
        yield "app_icp" if is_app else "icp", f"{found[1]}ICP备{found[2]}号{suffix}"
    for found in words.finds("icp_licence", _ICP_LICENCE):
        yield (
            "icp_licence",
            f"{found[1]}B2-{found[2]}" if "B2" in found[0] else (f"{found[1]}ICP证{found[2]}号"),
        )
    gongan = [f"{found[1]}公网安备{found[2]}号" for found in words.finds("gongan", _GONGAN)]
    for said in gongan:
        yield "gongan", said
    if not gongan and "beian" in words.links:
        for found in _GONGAN_QUERY.finditer(words.links):
            yield "gongan", found[1]


def counted_in(words: str) -> str:
    """Return a counter that stands by itself in digits (`1.2万+` is 12000), "" where it is none."""
    found = _COUNT.fullmatch(words.strip())
    return _counted(found[1], found[2]) if found else ""


def _counted(number: str, unit: str | None) -> str:
    """Return a count in digits: `1.2万` is 12000."""
    value = float(number.replace(",", "").replace("，", "")) * _SUFFIXES.get(
        (unit or "").lower(), 1
    )
    return str(round(value))


def _first_words(text: str) -> str:
    """Return a name up to where the next label begins: text of pages runs on without an end."""
    words: list[str] = []
    for word in text.split():
        if words and (not word.isascii() or not words[-1].isascii()):
            break
        words.append(word)
        if len(words) == 5:  # noqa: PLR2004
            break
    return " ".join(words)
