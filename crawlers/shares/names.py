"""File names of shares: which works they may be of, which part, in which quality and language.

Names are guesses by people and release groups; a name alone never makes a case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from crawlers.shares.numbering import Span, numbering_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 400
_FOLDERS: Final = re.compile(r"(?<! )/(?! )")
_STANDARD_SLASH: Final = re.compile(r"\b([A-Z]{2}\d{0,2})/(?=[A-Z]\b)")
_EXTENSION: Final = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,4}|mp3|mp4|7z|3gp)$")
_VOLUME_OF_ARCHIVE: Final = re.compile(
    r"\.(?:part(\d{1,3})\.rar|(?:7z|zip|rar)\.(\d{3})|[rz](\d{2}))$", re.IGNORECASE
)
_MUSIC: Final = frozenset({"mp3", "flac", "ape", "wav", "m4a", "ogg", "dsf", "aac"})
_QUALITY: Final = (
    ("2160p", re.compile(r"(?<![A-Za-z0-9])(?:2160p|4K|UHD)(?![A-Za-z0-9])", re.IGNORECASE)),
    ("1080p", re.compile(r"(?<!\d)1080[pi]?(?![\d])|蓝光|BD1080|HD1080", re.IGNORECASE)),
    ("720p", re.compile(r"(?<!\d)720p?(?!\d)|超清", re.IGNORECASE)),
    ("480p", re.compile(r"(?<!\d)480p?(?!\d)|标清", re.IGNORECASE)),
    (
        "lossless",
        re.compile(r"无损|(?<![A-Za-z])(?:FLAC|APE|Hi-?Res|24bit)(?![A-Za-z])", re.IGNORECASE),
    ),
)
_LANGUAGES: Final = (
    (
        "zh",
        re.compile(
            r"国语|普通话|中文|中字|国配|简[体中繁日]|繁[体中]|中英|中日|双语|国粤|双字|(?<![A-Za-z])(?:CHS|CHT|GB|BIG5|Mandarin|Chinese)(?![A-Za-z])",
            re.IGNORECASE,
        ),
    ),
    ("yue", re.compile(r"粤语|国粤|粤配|(?<![A-Za-z])Cantonese(?![A-Za-z])", re.IGNORECASE)),
    ("en", re.compile(r"英语|英文|中英|(?<![A-Za-z])(?:ENG|English)(?![A-Za-z])", re.IGNORECASE)),
    (
        "ja",
        re.compile(
            r"日语|日文|中日|简日|繁日|(?<![A-Za-z])(?:JPN|JP|Japanese)(?![A-Za-z])", re.IGNORECASE
        ),
    ),
    ("ko", re.compile(r"韩语|韩文|(?<![A-Za-z])(?:KOR|Korean)(?![A-Za-z])", re.IGNORECASE)),
)
_YEAR: Final = re.compile(r"(?<!\d)((?:19[2-9]|20[0-4])\d)(?![\dpP年]?\d|[pPiI])")
_WHOLE: Final = re.compile(
    r"全集|完结|完結|全本|完本|合集|全套|大结局|全系列|全[0-9一二三四五六七八九十百]{1,5}[集话話回章卷册季部期]|[卷册部季]全|"
    r"\d{1,4}[集话話]全|(?<![A-Za-z])(?:Complete|END|Fin)(?![A-Za-z])",
    re.IGNORECASE,
)
_ADVERT: Final = re.compile(
    r"[\[【(]?\s?(?:[\u3400-\u9fff]{0,8}(?:论坛|电影|影视|书屋|小说网|下载|资源|分享)?\s?@?\s?(?:https?://)?"
    r"(?:www\.|bbs\.)[\w-]{2,30}(?:\.[a-z]{2,6}){1,2}|[\w-]{2,30}\.(?:com|net|org|cc|tv|me|vip|xyz)(?![A-Za-z])"
    r"|公众号[:\s]?[\w\u3400-\u9fff]{1,12}|[^\[\]【】()\s]{0,12}首发|@[\w\u3400-\u9fff]{2,20})\s?[\]】)]?",
    re.IGNORECASE,
)
_TAG: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:2160p|1080[pi]|720p|480p|[48]K|UHD|BD(?:Rip|Remux|1080)?|HD(?:Rip|TV|1080|720|TC|CAM)?|WEB(?:-?DL|-?Rip)?|"
    r"Blu-?Ray|DVD(?:Rip|5|9)?|REMUX|TS|TC|CAM|[xh]\.?\s?26[45]|HEVC|AVC|AV1|10bit|8bit|HDR(?:10)?\+?|DV|DTS(?:-?HD)?(?:\s?MA)?|"
    r"AAC\d?|AC3|DDP?\d?|TrueHD|Atmos|FLAC|APE|MP3|320K(?:bps)?|Hi-?Res|NF|AMZN|DSNP|ATVP|iQIYI|CHS|CHT|ENG|JPN|GB|BIG5|PROPER|REPACK|"
    r"EXTENDED|UNRATED|IMAX|Complete|MULTi|Dual-?Audio|TXT|EPUB|MOBI|AZW3|PDF|v\d(?:\.\d)*|V\d(?:\.\d)*|END|Fin|OAD|OVA|OST)(?![A-Za-z0-9])|"
    r"全集|完结|全本|完本|合集|全套|精校|校对|未删[减节]|无删减|番外|插图|扫描|高清|超清|蓝光|标清|无水印|国语|粤语|国粤|双语|双字|中字|中英|"
    r"简体|繁体|简中|繁中|字幕|内嵌|内封|无损|更新|连载|大结局|导演剪辑|加长|典藏|珍藏|精装|枪版|抢先|电子书|有声|广播剧|完整|免费|下载|原著|"
    r"第\s?[0-9一二三四五六七八九十]{1,3}\s?版|[中英]文版|"
    r"杜比|压制|收藏版|修订|出版社|重制|纪念版|官中|汉化|破解|安装包|绿色版|去广告",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"字幕[组社]|压制|汉化[组社]|Raws?$|Subs?$|Fansub|Studio|工作室|发布|整理|搬运|^(?:VCB|NC|ANi|LoliHouse|DMG|KTXP|HYSUB)|组$",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[《「『]([^《》「」『』]{1,80})[》」』]")
_AUTHOR: Final = (
    re.compile(r"作\s?者[:\s_-]{1,3}([^\s\[\]()【】《》,_.-]{1,16})"),
    re.compile(r"(?<![A-Za-z])by[\s:_]{1,2}([^\[\]()【】《》,_.]{1,24})", re.IGNORECASE),
    re.compile(r"[\s_(\[【-]([\u3400-\u9fff·]{2,10})\s?[著译编绘](?![\u3400-\u9fff])"),
)
_BRACKETED: Final = re.compile(r"\[([^\[\]]{1,120})\]|【([^【】]{1,120})】|\(([^()]{1,120})\)")
_EDGE: Final = " \t-_~.·|+,:;!。、：，；-—–#&/"
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN_AFTER_HAN: Final = re.compile(
    r"^([^A-Za-z]*[\u3400-\u9fff][^A-Za-z]*?(?:I{1,3}|IV|VI{0,3}|IX)?)[\s._/|-]+"
    r"([A-Za-z][A-Za-z0-9 '!&,:.-]{2,})$"
)
_HAN_AFTER_LATIN: Final = re.compile(
    r"^([A-Za-z][A-Za-z0-9 '!&,:.-]{2,}?)[\s._/|-]+([\u3400-\u9fff].*)$"
)
_TRAILING_NUMBER: Final = re.compile(r"^(.*[\u3400-\u9fff]) (\d{1,4})$")
_STANDARD: Final = re.compile(
    r"(?:GB|ISO|IEC|IEEE|JJ[GF]|DL|HJ|YY|QB|JB|NY|SN|WS|GA|DB\d{2}|ASTM|EN|DIN)(?:[/\u2215][A-Z]{1,2})?"
    r"[\s-]?[A-Z]?\d{1,6}(?:\.\d{1,3})?-(?:19|20)\d\d"
)
_LEADING_NUMBER: Final = re.compile(r"^\d{1,3}(?:\s?[.、_)-]\s?|\s+(?=[\u3400-\u9fff]))(?=\S)")


@dataclass(frozen=True, slots=True)
class FileName:
    """What a file's name says. `titles`: what the work may be called, the likeliest first.

    `season`, `episodes`, `chapters` and `volume` are None where the name has none; `part` is the
    number of an archive's volume; `whole` whether the name says that the work is complete.
    `quality`: "2160p" to "480p", "lossless", or "". `languages` as in BCP 47.
    """

    titles: tuple[str, ...]
    extension: str = ""
    season: int | None = None
    episodes: Span | None = None
    chapters: Span | None = None
    volume: int | None = None
    year: int | None = None
    quality: str = ""
    languages: tuple[str, ...] = ()
    author: str = ""
    whole: bool = False
    part: int | None = None


def parsed(name: str) -> FileName:
    """Read the name of a file or folder, with or without its path."""
    last = _FOLDERS.split(_STANDARD_SLASH.sub("\\1\u2215", name.replace("\\", "/")))[-1]
    name = unicodedata.normalize("NFKC", last)[:_LONGEST]
    volume = _VOLUME_OF_ARCHIVE.search(name)
    found = _EXTENSION.search(name)
    extension = (volume[0].rpartition(".")[2] if volume else found[1] if found else "").lower()
    stem = name[: volume.start()] if volume else name[: found.start()] if found else name
    plain = _spaced(_ADVERT.sub(" ", stem)).strip(_EDGE) or _spaced(stem)
    numbers = numbering_of(plain)
    year = _year(plain)
    author, without_author = _author(plain)
    return FileName(
        titles=tuple(_titles(without_author, extension)),
        extension="rar" if volume and volume[1] else extension,
        season=numbers.season,
        episodes=numbers.episodes,
        chapters=numbers.chapters,
        volume=numbers.volume,
        year=year,
        quality=next((name for name, words in _QUALITY if words.search(plain)), ""),
        languages=tuple(name for name, words in _LANGUAGES if words.search(plain)),
        author=author,
        whole=_WHOLE.search(plain) is not None,
        part=int(next(filter(None, volume.groups()))) if volume else None,
    )


def meant(name: str, titles: Iterable[str], *, least: float = 0.8) -> list[tuple[str, float]]:
    """Return which of these works' titles a name may mean and how likely, in [0, 1], best first.

    Titles of one character, and those that only begin as the name does, need the whole name.
    """
    candidates = [folded(title) for title in parsed(name).titles]
    scored = []
    for title in titles:
        wanted = folded(title)
        likeness = (
            max((_likeness(wanted, one) for one in candidates), default=0.0) if wanted else 0.0
        )
        if likeness >= least:
            scored.append((title, likeness))
    return sorted(scored, key=lambda one: -one[1])


def folded(title: str) -> str:
    """Return a title without what is written in many ways: case, blanks, punctuation."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _likeness(wanted: str, candidate: str) -> float:
    if wanted == candidate:
        return 1.0
    if re.sub(r"\d+$", "", wanted) == re.sub(r"\d+$", "", candidate):
        return 0.0  # another number is another part
    return fuzz.ratio(wanted, candidate) / 100 if min(len(wanted), len(candidate)) > 3 else 0.0  # noqa: PLR2004


def _spaced(stem: str) -> str:
    """Return a name with blanks for the dots and underscores that stand for them."""
    stem = stem.replace("_", " ")
    if stem.count(".") > 1 or (stem.count(".") == 1 and " " not in stem):
        stem = re.sub(r"(?<!\d)\.|\.(?!\d)|(?<=\d{4})\.|\.(?=\d{3,4}[pi])", " ", stem)
    return re.sub(r"\s+", " ", stem)


def _year(plain: str) -> int | None:
    years = [found for found in _YEAR.finditer(plain) if found.start() > 0] or list(
        _YEAR.finditer(plain)
    )
    return int(years[-1][1]) if years else None


def _author(plain: str) -> tuple[str, str]:
    for pattern in _AUTHOR:
        if found := pattern.search(plain):
            rest = plain[: found.start()] + " " + plain[found.end() :]
            return found[1].strip(_EDGE), rest.strip(_EDGE)
    return "", plain


def _titles(plain: str, extension: str) -> list[str]:
    if standard := _STANDARD.match(plain):
        name = _bare(plain[standard.end() :])
        return _distinct([*filter(None, [name]), standard[0].strip(_EDGE)])
    quoted = [found[1].strip(_EDGE) for found in _QUOTED.finditer(plain)]
    if quoted:
        return _distinct([_bare(title) or title for title in quoted])
    unbracketed = _BRACKETED.sub(" | ", plain).strip(" |")
    outside = [_bare(part) for part in unbracketed.split("|")]
    outside = [title for title in outside if _is_title(title) or re.fullmatch(r"\d{4}", title)]
    inside = [
        _bare(next(filter(None, found.groups())))
        for found in _BRACKETED.finditer(plain)
        if not _GROUP.search(next(filter(None, found.groups())))
    ]
    inside = [title for title in inside if _is_title(title)]
    if not outside and len(inside) > 1 and not _HAN.search(inside[0]):
        inside = [inside[1], inside[0], *inside[2:]]  # a group's name stands first
    titles = outside or inside
    parts = [part for title in titles[:2] or [plain] for part in _parts(title, extension)]
    if parts and (dated := re.match(re.escape(parts[0]) + r"((?:19|20)\d\d)(?!\d)", plain)):
        parts.insert(1, dated[0])
    return _distinct([part for part in parts if part]) or [plain]


def _bare(text: str) -> str:
    """Return what stands before the first number of a part, year or tag of quality."""
    text = _LEADING_NUMBER.sub("", text.strip(_EDGE))
    cuts = [found.start() for found in (_TAG.search(text),) if found]
    numbers = numbering_of(text)
    if numbers.start is not None:
        cuts.append(numbers.start)
    years = [
        found.start()
        for found in _YEAR.finditer(text)
        if found.start() > 0 and not text[: found.start()].endswith(" - ")
    ]
    cuts += years[-1:]
    cut = min([at for at in cuts if at > 0], default=len(text))
    if 0 in cuts and cut == len(text):
        return ""
    return text[:cut].strip(_EDGE + "([【")


def _is_title(text: str) -> bool:
    return (
        bool(text)
        and not _TAG.fullmatch(text)
        and not text.isdigit()
        and _GROUP.search(text) is None
    )


def _parts(title: str, extension: str) -> list[str]:  # noqa: PLR0911  one for each form
    """Return what a title may be made of: two scripts, performer and song, title and author."""
    pieces = [piece.strip(_EDGE) for piece in title.split(" - ")]
    if len(pieces) > 1:
        return [*pieces[1:], pieces[0]] if extension in _MUSIC else pieces
    for pattern in (_LATIN_AFTER_HAN, _HAN_AFTER_LATIN):
        if found := pattern.match(title):
            return [found[1].strip(_EDGE), found[2].strip(_EDGE), title]
    if "-" in title and _HAN.search(title):
        pieces = [piece.strip(_EDGE) for piece in title.split("-")]
        return [*pieces, title] if extension not in _MUSIC else [*reversed(pieces), title]
    if " / " in title:
        return [*(piece.strip(_EDGE) for piece in title.split(" / ")), title]
    if found := _TRAILING_NUMBER.match(title):
        long = len(found[2]) > 1
        return [found[1], title] if long else [title, found[1]]
    if _HAN.search(title) and " " in title:
        return [title, *title.split(" ")[:2]]
    return [title]


def _distinct(titles: list[str]) -> list[str]:
    return list(dict.fromkeys(titles))
