"""Codes in legible text: what stands after a word for a code, and what such a word is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from crawlers.shares.legible import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawlers.shares.finding import Link


MOST_CODES: Final = 4000
"""What one text may have, as with links."""


class Opens(Enum):
    """What a code opens."""

    SHARE = "share"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Code:
    """A code at `start:end` of a text, its label included.

    `for_all`: the text says that it opens all shares; `about`: the provider it names, "" for none.
    `firm`: whether its label is one of shares (提取码), not one of anything (密码).
    """

    start: int
    end: int
    value: str
    opens: Opens = Opens.SHARE
    for_all: bool = False
    about: str = ""
    firm: bool = True


_ARCHIVE: Final = re.compile(
    r"(?:解压|解壓|压缩|壓縮|rar|zip|7z|unzip|archive|unrar)[^\n]{0,6}$",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"(?:登[录陆入]|账号|帐号|支付|开机|wi-?fi|无线|群|邀请|激活|兑换|注册|短信|手机|图形|图片|邮[箱件编政]|源|编|代|"
    r"号|传输|打开|播放|阅读|文档|锁屏|管理员?|后台|优惠|折扣|推广|校验|防伪|数据库|root|admin|login|wifi|promo|coupon|"
    r"discount|source|zip|postal|area|country|error|status|qr|bar|verification|verify|invite|referral|your|"
    r"forgot|reset|two-factor|sms|license|product|activation|api|secret|public|private|hot|primary|foreign)"
    r"[\s_-]{0,2}$",
    re.IGNORECASE,
)
_ABOUT: Final = (
    ("baidu", re.compile(r"百度|度盘|度娘|baidu|BD", re.IGNORECASE)),
    ("aliyun", re.compile(r"阿里|aliyun|alipan", re.IGNORECASE)),
    ("quark", re.compile(r"夸克|quark", re.IGNORECASE)),
    ("xunlei", re.compile(r"迅雷|xunlei", re.IGNORECASE)),
    ("tianyi", re.compile(r"天翼|189", re.IGNORECASE)),
    ("115", re.compile(r"115")),
    ("123", re.compile(r"123")),
    ("lanzou", re.compile(r"蓝奏|蓝凑|lanzou", re.IGNORECASE)),
    ("uc", re.compile(r"\bUC", re.IGNORECASE)),
    ("mobile139", re.compile(r"移动|和彩云|139")),
)
_LABEL: Final = re.compile(
    r"[提题]取[密]?[码碼玛马妈]|tq[mM码]a?(?![a-z])|(?<![a-z0-9])ma(?=\s?:)|🔑|🔐|取件[码碼]|[访訪][问問][密]?[码碼]|分享[密]?[码碼]|[链鏈][接]?密[码碼]|"
    r"[云雲网網]盘?[盤]?密[码碼]|验证[码碼]|驗證碼|密[码碼玛马]|口令|暗[号號]|密[钥匙]|解[压壓](?:缩)?[码碼]|"
    r"(?<![\u3400-\u9fff])(?:提取|[码碼密提])(?:(?![\u3400-\u9fff])|(?=[是为倒反都]))|"
    r"(?:down(?:load)?|extract(?:ion)?|share|pan|access|file|link|get)_?(?:code|pwd|pass(?:word)?)(?![a-z])|"
    r"(?<![a-z0-9])(?:pass\s?code|password|passwd|access\s?code|extraction\s?code|extract\s?code|"
    r"decryption\s?key|pwd|psw|pass|pw|code|key)s?(?![a-z])",
    re.IGNORECASE,
)
_FIRM: Final = re.compile(r"[提题]取|取件|[访訪]|分享|[链鏈]|[云雲网網]|tq|🔑|🔐", re.IGNORECASE)
_ONE_TIME: Final = re.compile(r"[^\n]{0,16}(?:登[录陆]|分钟|有效|请勿|切勿|泄露|告知|本人)")
_FILLING: Final = r"\s:=|>~_*+`\"'“”‘’「」『』【】\[\]()<>《》,;!→➡☞👉⬇↓\x1f.\-—–─"
_LEAD: Final = re.compile(
    rf"(?:[{_FILLING}]{{0,12}}(?:\([^()\n]{{1,14}}\)|\[[^\[\]\n\w]{{1,14}}\]|都是|均为|均是|都为|统一为?|一律|通用|"
    rf"全部[是为]?|依次[是为]?|分别[是为]|倒[着过]?来?[写序]?|反[着过]?来?[写序]?|也?是|[为為]|is\b|are\b|#?\d{{1,2}}(?=[:\.、])|"
    r"就是|[在放]这里?|在此|如下|请[用输]入?|嘛|哈|啊|的话|给你|(?:呢|多少|是多少|是啥)\??(?:\n[^\n:]{1,10}:)?))"
    rf"{{0,3}}[{_FILLING}]{{0,12}}",
    re.IGNORECASE,
)
_ALL: Final = re.compile(r"都|均|统一|一律|通用|全部|同一|一样|all\b", re.IGNORECASE)
_REVERSED: Final = re.compile(r"倒|反")
_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{1,44}")
_SPREAD: Final = re.compile(
    r"[A-Za-z0-9](?:[^\nA-Za-z0-9:,;]{1,4}[A-Za-z0-9]){3}(?![A-Za-z0-9])"
    r"|[A-Za-z0-9]{1,3}[^\nA-Za-z0-9:,;|]{1,4}[A-Za-z0-9]{1,3}(?![A-Za-z0-9])"
)
_NUMERALS: Final = re.compile(r"[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]{4}(?![\u3400-\u9fff])")
_DIGITS: Final = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_SAME: Final = re.compile(r"同上|一样|same", re.IGNORECASE)
_ARCHIVE_VALUE: Final = re.compile(r"[^\s,;()\[\]<>【】「」\"'\x1f]{1,40}")
_NOT_VALUES: Final = words(
    "http https www com the for and with your here this that link none null true false zip rar"
    " txt pdf epub mp3 mp4 mkv"
)
_SAYS: Final = re.compile(r"[:=是为為【「\[]")
_ENGLISH_ARCHIVE: Final = re.compile(
    r"(?:password|pass|pw)\s(?:for|to)\s(?:the\s|unpack|unzip|extract)[\w\s]{0,24}", re.IGNORECASE
)
_SHARE_CODE: Final = 4
_NEXT: Final = re.compile(r"[ \t]{0,3}[/|、,;和&][ \t]{0,3}([A-Za-z0-9]{4})(?![A-Za-z0-9./:])")
_EMPTY: Final = re.compile(r"[:=]\s{0,3}(?:\"\"|'')")


def codes_in(text: str, links: Sequence[Link]) -> list[Code]:
    """Return the labelled codes of a legible text in order, none from within a link."""
    spans = iter([(link.start, link.end) for link in links])
    span = next(spans, None)
    found: list[Code] = []
    at = 0
    for label in _LABEL.finditer(text):
        while span is not None and span[1] <= label.start():
            span = next(spans, None)
        if len(found) >= MOST_CODES:
            break
        if label.start() < at or (span is not None and span[0] <= label.start()):
            continue
        limit = span[0] if span is not None else len(text)
        code = _code(text, label, limit, found)
        if code is not None:
            found += [code, *_more(text, code, limit)]
            at = found[-1].end
    return found


def _more(text: str, code: Code, limit: int) -> Iterator[Code]:
    """Return the codes of a list that has one label."""
    at = code.end
    while len(code.value) == _SHARE_CODE and (found := _NEXT.match(text, at, limit)):
        yield Code(found.start(1), found.end(), found[1], code.opens)
        at = found.end()


def _code(text: str, label: re.Match[str], limit: int, before: list[Code]) -> Code | None:
    ahead = text[max(0, label.start() - 16) : label.start()]
    line = ahead.rpartition("\n")[2]
    archive = _ENGLISH_ARCHIVE.match(text, label.start())
    if archive or _ARCHIVE.search(line) or label[0][:1] == "解":
        return _archive_code(text, label, archive.end() if archive else label.end(), limit)
    if _OTHER.search(line) and not line.endswith(("链接", "网盘")):
        return None
    lead = _LEAD.match(text, label.end(), limit)
    start = lead.end() if lead else label.end()
    said = text[label.end() : start]
    if _EMPTY.search(said):
        return None
    value, end = _value(text, start, limit, before)
    if not value or (label[0].startswith("验") and _ONE_TIME.match(text, end)):
        return None
    return Code(
        start=label.start(),
        end=end,
        value=value[::-1] if _REVERSED.search(said) else value,
        for_all=_ALL.search(line[-6:] + said) is not None,
        firm=_FIRM.match(label[0]) is not None,
        about=next((name for name, words in _ABOUT if words.search(line[-8:])), ""),
    )


def _archive_code(text: str, label: re.Match[str], at: int, limit: int) -> Code | None:
    lead = _LEAD.match(text, at, limit)
    start = lead.end() if lead else at
    found = _ARCHIVE_VALUE.match(text, start, limit)
    said = text[at:start]
    if found is None or "\n" in said.strip("\n"):
        return None
    if not found[0][0].isascii() and _SAYS.search(said) is None:
        return None
    return Code(label.start(), found.end(), found[0], Opens.ARCHIVE)


def _value(text: str, start: int, limit: int, before: list[Code]) -> tuple[str, int]:
    """Return the code that begins at `start` and where it ends, ("", start) where none does."""
    if before and (same := _SAME.match(text, start, limit)):
        return before[-1].value, same.end()
    if numerals := _NUMERALS.match(text, start, limit):
        return numerals[0].translate(_DIGITS), numerals.end()
    return _letters(text, start, limit)


def _letters(text: str, start: int, limit: int) -> tuple[str, int]:
    """Return a code in letters and digits, put together where it was broken."""
    found = _VALUE.match(text, start, limit)
    if found is None:
        return "", start
    word = found[0].rstrip("-_")
    if len(word) < _SHARE_CODE and (spread := _SPREAD.match(text, start, limit)):
        joined = re.sub(r"[^A-Za-z0-9]", "", spread[0])
        if len(joined) == _SHARE_CODE:
            return joined, spread.end()
    if word.lower() in _NOT_VALUES:
        return "", start
    if word[1::2] in {"---", "___"}:
        return word[::2], start + len(word)
    return word, start + len(word)


_UNLABELLED: Final = re.compile(
    r"(?:[\W_]{1,8}|\x1f[\W_]{0,3}[\u3400-\u9fff]{0,6}[盘盤云雲载載接址转轉击擊取][\W_]{0,4})"
    r"([A-Za-z0-9]{4})(?=[\s)\]】」』>\"'\x1f,;。.!|]|$)"
)
_BEFORE: Final = re.compile(
    r"(?:百度|度盘|度娘|网盘|云盘|链接|地址|下载|BD)\s?[(\[【「]([A-Za-z0-9]{4})[)\]】」][\s:=\-—>]{0,4}"
    r"(?:https?://(?:www\.)?)?$"
)
_HEADED: Final = re.compile(r"(?<![\w./:-])([A-Za-z0-9]{4})(?![\w./:-])", re.ASCII)
_MIXED: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{4}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ORDINARY: Final = words(
    "1080 2160 1440 x264 x265 h264 h265 hdtv flac epub mobi azw3 docx here link this that with from"
    " have file pass code free full done good nice help more info back next home also both only"
    " just very some what when like love work time best last long show them they then than will"
    " your mine ours host page post data list html http disk save open read view copy part disc"
    " soon dead live ende null none true"
)


def beside(text: str, links: Sequence[Link]) -> Iterator[tuple[Link, Code]]:
    """Return codes without a label that stand right after a link, or in a column that has one."""
    table = _is_headed(text, links)
    since = 0
    for place, link in enumerate(links):
        if link.takes is None or link.code:
            continue
        limit = links[place + 1].start if place + 1 < len(links) else len(text)
        found = _UNLABELLED.match(text, link.end, limit)
        if found and _is_likely(text, found):
            since = found.end(1)
            yield link, Code(link.end, since, found[1])
        elif bracketed := _BEFORE.search(text, max(since, link.start - 40), link.start):
            yield link, Code(bracketed.start(1), bracketed.end(1), bracketed[1])
        elif table and (cell := _in_row(text, link, since, limit)):
            yield link, cell


def _is_likely(text: str, found: re.Match[str]) -> bool:
    """Tell whether a word after a link is a code: by its letters and digits, or where it stands."""
    word = found[1]
    following = text[found.end() : found.end() + 1]
    if word.lower() in _ORDINARY or (found[0].count("\n") > 1 and following not in {"", "\n"}):
        return False
    if _MIXED.fullmatch(word):
        return True
    if found[0][0] in " ([【「#" and following in {")", "]", "】", "」"}:
        return True
    ends_line = following in {"", "\n"} and "\n" not in found[0] and "\x1f" not in found[0]
    return ends_line and not _YEAR.fullmatch(word) and (word.islower() or word.isdigit())


def _is_headed(text: str, links: Sequence[Link]) -> bool:
    """Tell whether a line before the links heads a column of codes."""
    first = links[0].start if links else 0
    header = text[max(0, first - 200) : first]
    return any(
        _LABEL.search(line) and len(line) < 60 and not re.search(r"[:=]\s*\w", line)  # noqa: PLR2004
        for line in header.split("\n")
    )


def _in_row(text: str, link: Link, since: int, limit: int) -> Code | None:
    """Return the code in the line of a link: the last word of four letters and digits."""
    start = max(since, text.rfind("\n", 0, link.start) + 1)
    line_end = text.find("\n", link.end)
    end = min(limit, len(text) if line_end < 0 else line_end)
    after = list(_HEADED.finditer(text, link.end, end))
    words = after or list(_HEADED.finditer(text, start, link.start))
    words = [word for word in words if word[1].lower() not in _ORDINARY]
    if not words:
        return None
    word = words[0] if after else words[-1]
    return Code(word.start(), word.end(), word[1])
