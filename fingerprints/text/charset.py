"""Which bytes-to-text table a text was written with.

Evidence first: a byte order mark; then zero bytes, or being well-formed UTF-8, which no other
writing is by chance; only then which decoding reads most like a language, where what was declared
counts a little. Declarations on pirate pages are often wrong.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.errors import Undecodable
from fingerprints.text.normalise import CODE_POINTS, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Names as in the WHATWG Encoding Standard, read with the largest table that agrees with them.
_NAMES: Final = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "ucs-2"), "utf-16-le"),
    **dict.fromkeys(("utf-16be",), "utf-16-be"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("iso-2022-jp",), "iso2022_jp"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "cp949", "windows-949"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "latin1", "ascii", "us-ascii", "windows-1252"), "cp1252"),
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (2, 5, 7, 9, 15)},
    **dict.fromkeys(("koi8-r", "koi8"), "koi8_r"),
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES: Final = (
    *("gb18030", "big5hkscs", "utf-16-le", "utf-16-be"),
    *("cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1252"),
)
# The most frequent characters of written Chinese (half of any modern text), Japanese, Korean and
# Russian: a wrong table gives common characters too, but these no oftener than others.
_FREQUENT: Final = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心"
    "她本前开但因只从想实日曰军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高"
    "のにはをたがでてとしれさいるかなもあすくっりこ이다는에의가을를고하지한은도로사기어나리서라인"
)
_FREQUENT_LETTERS: Final = "оеаинтсрвл"
_ASCII, _GREEK, _ARMENIAN = 0x7F, 0x370, 0x530
_KANA: Final = (0x3041, 0x3100)
_SAMPLE: Final = 1 << 15
_META: Final = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE
)
_PARAMETER: Final = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
_DECLARED_BONUS: Final = 0.2
_DAMAGED_SHARE: Final = 0.01
_ASCII_SHARE: Final = 0.98
"""Bytes of which so many are ASCII are no UTF-16, which has zeros beside them; the few others may
be garbage."""
_ASCII_TEXT: Final = np.zeros(256, np.bool_)
_ASCII_TEXT[[*b"\t\n\f\r", *range(0x20, 0x7F)]] = True
_BAD: Final = -4.0
_LEAST_PLAUSIBLE: Final = 0.25


def decoded(data: bytes, media_type: str | None) -> str:
    """Text of the bytes in the likeliest charset; what can't be read becomes U+FFFD.

    Raises `Undecodable` where no charset makes them look like a language.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    claims = list(declared(data, media_type))
    sample = _sample(data)
    is_escaped = b"\x1b" in sample and "iso2022_jp" in claims
    if not is_escaped and sample.count(0) <= len(sample) // 100:
        text = _as_utf8(data)
        if text is not None:
            return text
    return data.decode(_likeliest(sample, claims), "replace")


def declared(data: bytes, media_type: str | None) -> Iterator[str]:
    """Python's names of the charsets the sender, then the page itself, claim."""
    claims = []
    if found := _PARAMETER.search(media_type or ""):
        claims.append(found[1])
    if meta := _META.search(data[:4096]):
        claims.append(meta[1].decode("ascii", "ignore"))
    for claim in claims:
        if name := _NAMES.get(claim.lower()):
            yield name


def _likeliest(sample: bytes, claims: list[str]) -> str:
    is_ascii = _ASCII_TEXT[np.frombuffer(sample, np.uint8)].sum() >= _ASCII_SHARE * len(sample)
    names = dict.fromkeys([*claims, *_GUESSES])
    if is_ascii:
        names = {name: None for name in names if not name.startswith("utf-16")}
    scores = {name: _plausibility(sample, name) + _bonus(name, claims) for name in names}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < _LEAST_PLAUSIBLE and not is_ascii:
        raise Undecodable("no charset makes a text of these bytes")
    return best


def _bonus(name: str, claims: list[str]) -> float:
    return _DECLARED_BONUS if name in claims else 0.0


def _sample(data: bytes) -> bytes:
    """Bytes from the start and the middle, an even number of each."""
    if len(data) <= 2 * _SAMPLE:
        return data
    middle = len(data) // 4 * 2
    return data[:_SAMPLE] + data[middle : middle + _SAMPLE]


def _as_utf8(data: bytes) -> str | None:
    """Text of what is UTF-8, but for a little damage."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        high = sum(map(data.count, range(0xC2, 0xF5)))  # lead bytes: one a character
        text = data.decode("utf-8", "replace")
        return text if text.count("\ufffd") <= _DAMAGED_SHARE * high else None


def _plausibility(sample: bytes, name: str) -> float:
    """Mean worth of the characters beyond ASCII, between −4 (garbage) and 1 (a language)."""
    points = _points(sample.decode(name, "replace"))
    worth = _worth()[points]
    if name == "gb18030":
        # It has kana where EUC-JP has them, but other Han; Chinese has hardly any kana.
        worth[(points >= _KANA[0]) & (points < _KANA[1])] = 0
    says = (points > _ASCII) | (worth < 0)
    letters = ((points | 0x20) >= ord("a")) & ((points | 0x20) <= ord("z"))
    if np.count_nonzero(letters) > np.count_nonzero(says):
        # Few accents among Latin letters are no Greek or Cyrillic.
        worth[(points >= _GREEK) & (points < _ARMENIAN)] = 0
    if not says.any():
        return 1.0 if points.size else 0.0
    return float(worth[says].mean())


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def _worth() -> NDArray[np.float32]:
    """How much each code point speaks for a decoding that gives it."""
    worth = np.zeros(CODE_POINTS, np.float32)
    worth[0x20:0x7F] = 1
    worth[0xA0:0x250] = 0.4
    worth[_GREEK:_ARMENIAN] = 0.6
    worth[0x3400:0xA000] = 0.1
    worth[0x2010:0x2027] = worth[0x3000:0x3020] = worth[0xFF01:0xFF5F] = 1
    worth[0x3041:0x3100] = worth[0xAC00:0xD7A4] = 0.8
    # GB 2312, level 1: rows 16–55, the 3,755 most common. In either script.
    common = bytes(
        byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell)
    )
    worth[_same_as(common.decode("gb2312", "ignore"))] = 1
    worth[_same_as(_FREQUENT)] = 2
    worth[[ord(letter) for letter in _FREQUENT_LETTERS]] = 1.4
    controls = [*range(0x20), *range(0x7F, 0xA0), 0xFFFD, 0xFFFE, 0xFFFF]
    worth[controls] = _BAD
    worth[[9, 10, 12, 13]] = 1
    worth[0xD800:0xF900] = worth[0xF0000:] = _BAD / 4  # surrogates and private use
    return worth


def _same_as(text: str) -> NDArray[np.uint32]:
    """Code points that normalise as some character of the text does."""
    points = np.concatenate([np.arange(*block) for block in ((0x3041, 0xA000), (0xAC00, 0xD7A4))])
    folded = np.zeros(CODE_POINTS, np.uint32)
    normalised = normalise(points.astype("<u4").tobytes().decode("utf-32-le"))
    folded[points[normalised.offsets]] = normalised.characters
    return points[np.isin(folded[points], normalise(text).characters)].astype(np.uint32)
