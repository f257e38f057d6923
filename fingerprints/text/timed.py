"""Subtitles and lyrics with times: SubRip, WebVTT, SubStation Alpha, SubViewer, MicroDVD, LRC.

Their times, styles and numbers stand between the lines of the work, differ from copy to copy, and
would hide that the lines are the same. What is left is what is read or sung, a line a line.
"""

from __future__ import annotations

import re
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_HEAD: Final = 8_192
"""Characters in which the first times stand."""
_LEAST: Final = 3
"""Lines with times: fewer are an example in a text about them."""
_STAMP: Final = re.compile(r"\[\d{1,3}:\d\d[.:]\d{2,3}\]")

_CLOCK: Final = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,:]\d{1,3})?"
_SCRIPTS: Final = frozenset({"[script info]", "[v4+ styles]", "[events]"})
_CUE: Final = re.compile(rf"[ \t]*{_CLOCK}(?:[ \t]*-->[ \t]*|,){_CLOCK}(?:[ \t].*)?")
_EVENT: Final = re.compile(r"(?:Dialogue|Comment):[ \t]*", re.IGNORECASE)
_FRAMES: Final = re.compile(r"\{\d+\}\{\d*\}|\[\d+\]\[\d*\]")
_STAMPED: Final = re.compile(r"(?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]|\[\d+,\d+\])+")
_WORD_TIMES: Final = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>|[(<]\d+,\d+(?:,\d+)?[)>]")
_ABOUT: Final = re.compile(r"\[[A-Za-z]{1,10}:[^\]\n]*\]\s*")
_NUMBER: Final = re.compile(r"\s*\d+\s*")
_WEBVTT: Final = "WEBVTT"
_ASIDE: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_STYLES: Final = re.compile(r"\{[^{}\n]*\}|</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>")
_BREAK: Final = re.compile(r"\\[Nn]|\|")
_HARD_SPACE: Final = "\\h"
_DRAWING: Final = re.compile(r"\{[^{}\n]*\\p[1-9]")
_FIELDS: Final = 10
_HAN: Final = re.compile("[\u3400-\u9fff]")
_TWO_TONGUES: Final = 0.5
"""Share of what is said at once from which a file has all in two languages."""


def untimed(text: str) -> str | None:
    """Return what a file of subtitles or lyrics says; None where the text is no such file.

    Where most is said in Chinese and in another language at once, all of one comes first, so that
    a copy in one language is of one piece.
    """
    form = _form(text)
    if form is None:
        return None
    said = ([line for line in cue if line] for cue in form(text.splitlines()))
    cues = [cue for cue in said if cue]
    return "\n".join(_one_tongue_after_the_other(cues)) if cues else None


def unstamped(text: str) -> str:
    """Return a text without the times of lyrics, [mm:ss.xx], that sites show as they are."""
    return _STAMP.sub("", text) if "[" in text else text


def _form(text: str) -> Callable[[Iterable[str]], Iterator[list[str]]] | None:
    head = text[:_HEAD].splitlines()
    if sum(_CUE.fullmatch(line) is not None for line in head) >= _LEAST:
        return _of_cues
    for begins, form in ((_FRAMES, _of_frames), (_STAMPED, _of_stamps)):
        if sum(begins.match(line) is not None for line in head) >= _LEAST:
            return form
    return _of_events if any(line.strip().lower() in _SCRIPTS for line in head) else None


def _of_cues(lines: Iterable[str]) -> Iterator[list[str]]:
    """SubRip, WebVTT and SubViewer: a number or name, times, lines, a blank line."""
    is_webvtt = False
    for is_blank, group in groupby(lines, key=lambda line: not line.strip()):
        block = list(group)
        if is_blank:
            continue
        if block[0].lstrip("\ufeff").startswith(_WEBVTT):
            is_webvtt = True
            continue
        if is_webvtt and _ASIDE.fullmatch(block[0]):
            continue
        at = next((k for k, line in enumerate(block[:2]) if _CUE.fullmatch(line)), None)
        if at is not None:
            yield from _cues_of(block[at:])
        elif not (len(block) == 1 and _NUMBER.fullmatch(block[0])):
            yield [_plain(line) for line in block]  # a cue with a blank line in it


def _cues_of(block: list[str]) -> Iterator[list[str]]:
    """Yield the cues of a block; those that no blank line parts have a number between them."""
    said: list[str] = []
    for line, following in zip_longest(block, block[1:], fillvalue=""):
        if _CUE.fullmatch(line):
            yield said
            said = []
        elif not (_NUMBER.fullmatch(line) and _CUE.fullmatch(following)):
            said += _plain(line).split("\n")
    yield said


def _of_events(lines: Iterable[str]) -> Iterator[list[str]]:
    """SubStation Alpha: the last field of each event, as its format numbers them."""
    fields = _FIELDS
    in_events = False
    for line in lines:
        if line.startswith("["):
            in_events = line.strip().lower() == "[events]"
        elif in_events and line.lower().startswith("format:"):
            fields = line.count(",") + 1
        elif (found := _EVENT.match(line)) and line[0] in "Dd":
            said = line[found.end() :].split(",", fields - 1)[-1]
            if not _DRAWING.search(said):
                yield _plain(said).split("\n")


def _of_frames(lines: Iterable[str]) -> Iterator[list[str]]:
    """MicroDVD and MPL2: times in braces or brackets before each line; some lines have none."""
    for line in lines:
        found = _FRAMES.match(line)
        yield _plain(line[found.end() :] if found else line).split("\n")


def _of_stamps(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lyrics: times before each line and, for karaoke, before each word; some lines have none.

    A line with several times is sung as often, and is one line.
    """
    for line in lines:
        if not _ABOUT.fullmatch(line):
            found = _STAMPED.match(line)
            said = _WORD_TIMES.sub("", line[found.end() :] if found else line)
            yield [" ".join(said.split())]


def _plain(line: str) -> str:
    """Return a line without its styles; breaks within it are line ends."""
    bare = _BREAK.sub("\n", _STYLES.sub("", line)).replace(_HARD_SPACE, " ")
    return "\n".join(" ".join(piece.split()) for piece in bare.split("\n"))


def _one_tongue_after_the_other(cues: list[list[str]]) -> Iterator[str]:
    chinese = [[line for line in cue if _HAN.search(line)] for cue in cues]
    other = [[line for line in cue if not _HAN.search(line)] for cue in cues]
    both = sum(bool(one) and bool(two) for one, two in zip(chinese, other, strict=True))
    tongues = (chinese, other) if both > _TWO_TONGUES * len(cues) else (cues,)
    for said in tongues:
        for cue in said:
            yield from cue
