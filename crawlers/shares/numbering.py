"""Which part of a work a file's name says it is: season, episodes, chapters, volume."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawlers.numerals import number_of

Span = tuple[int, int]

_N: Final = r"(\d{1,4}|[零〇一二两三四五六七八九十百]{1,6})"
_TO: Final = r"\s?[-~至到—–]\s?"
_SEASON: Final = re.compile(
    rf"(?<![A-Za-z0-9])S(\d{{1,2}})(?=E\d|\b|_)|\bSeason[\s._]?(\d{{1,2}})\b|第\s?{_N}(?:{_TO}\d{{1,2}})?\s?季|\b(\d)(?:st|nd|rd|th)\sSeason\b",
    re.IGNORECASE,
)
_EPISODES: Final = (
    re.compile(r"S\d{1,2}[\s._]?E(\d{1,4})(?:\s?-?\s?E?(\d{1,4}))?(?![\dp])", re.IGNORECASE),
    re.compile(rf"第?\s?{_N}(?:{_TO}{_N})\s?[集话話期]"),
    re.compile(rf"第\s?{_N}\s?[集话話期](?:{_TO}第?\s?{_N}\s?[集话話期])?"),
    re.compile(
        r"(?<![A-Za-z])EP?[\s._]?(\d{1,4})(?:\s?[-~]\s?(?:EP?)?(\d{1,4}))?(?![\dp])", re.IGNORECASE
    ),
    re.compile(r"\b(?:Episode|Epi)[\s._]?(\d{1,4})()\b", re.IGNORECASE),
    re.compile(r"(?:更新?[至到]|更)\s?第?\s?(\d{1,4})()\s?[集话話期]?"),
    re.compile(r"(?<![\d.])(\d{1,4})()\s?[集话話](?![全])"),
    re.compile(
        r"\[(?!1080|720|2160|480|19\d\d|20\d\d)(\d{2,4})(?:v\d)?(?:-(\d{2,4}))?(?:\s?(?:END|Fin|完))?\]",
        re.IGNORECASE,
    ),
    re.compile(r"\s-\s(?!19\d\d|20\d\d)(\d{2,4})(?:v\d)?()(?=\s?(?:\[|\(|$|END))", re.IGNORECASE),
)
_ALL_EPISODES: Final = re.compile(rf"(?:全|共)\s?{_N}\s?[集话話期]|{_N}\s?[集话話期]\s?全")
_ALL_CHAPTERS: Final = re.compile(rf"(?:全|共)\s?{_N}\s?[章回]")
_CHAPTERS: Final = (
    re.compile(rf"第?\s?{_N}{_TO}第?\s?{_N}\s?[章回节節]"),
    re.compile(rf"第\s?{_N}()\s?[章回节節]"),
    re.compile(r"\b(?:Ch|Chap|Chapter)[\s._]{0,2}(\d{1,4})(?:\s?-\s?(\d{1,4}))?\b", re.IGNORECASE),
)
_VOLUMES: Final = (
    re.compile(rf"第\s?{_N}\s?[卷册冊辑]|(?<!\d){_N}{_TO}\d{{1,3}}\s?[卷册冊]"),
    re.compile(r"\b(?:Vol|Volume)[\s._]{0,2}(\d{1,3})\b", re.IGNORECASE),
    re.compile(r"[(\s]([上中下])[)\s册卷]|[(\s]([上中下])$"),
)
_ORDER: Final = {"上": 1, "中": 2, "下": 3}


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers of a name, None where it has none, and where in the name the first of them stands."""

    season: int | None = None
    episodes: Span | None = None
    chapters: Span | None = None
    volume: int | None = None
    start: int | None = None


def numbering_of(name: str) -> Numbering:
    """Read the numbers of a name whose separators are blanks."""
    starts: list[int] = []
    season = _SEASON.search(name)
    if season:
        starts.append(season.start())
    whole = _ALL_EPISODES.search(name)
    if whole:
        starts.append(whole.start())
    episodes = _span(_EPISODES, name, starts)
    if whole and not (episodes and episodes[0] != episodes[1]):
        episodes = (1, number_of(next(filter(None, whole.groups()))))
    chapters = _span(_CHAPTERS, name, starts)
    if chapters is None and (every := _ALL_CHAPTERS.search(name)):
        starts.append(every.start())
        chapters = (1, number_of(every[1]))
    volume = _volume(name, starts)
    return Numbering(
        season=number_of(next(filter(None, season.groups()))) if season else None,
        episodes=episodes,
        chapters=chapters,
        volume=volume,
        start=min(starts, default=None),
    )


def _span(patterns: tuple[re.Pattern[str], ...], name: str, starts: list[int]) -> Span | None:
    for pattern in patterns:
        if found := pattern.search(name):
            starts.append(found.start())
            first = number_of(found[1])
            last = number_of(found[2]) if found[2] else first
            return (first, last) if last >= first else (first, first)
    return None


def _volume(name: str, starts: list[int]) -> int | None:
    for pattern in _VOLUMES:
        if found := pattern.search(name):
            starts.append(found.start())
            said = next(filter(None, found.groups()))
            return _ORDER.get(said) or number_of(said)
    return None
