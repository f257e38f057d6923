"""Which code opens which link of a text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crawlers.shares.codes import Code, Opens, beside, codes_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.shares.finding import Link

_FARTHEST: Final = 600
"""Characters between a link and its code, beyond which it is another's."""
_NEAR: Final = 200
_MOST_LINES: Final = 3
"""The same, and lines, for a code whose label may be of anything."""


@dataclass(slots=True)
class _Run:
    """Links without codes that follow one another, or codes that do."""

    links: list[Link]
    codes: list[Code]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Links with their codes, unpack passwords by the start of their link, share codes of none."""

    links: list[Link]
    passwords: dict[int, str]
    left: list[str]


def paired(text: str, links: Sequence[Link]) -> Pairing:
    """Pair the links of a legible text with its codes."""
    codes = codes_in(text, links)
    passwords = _passwords(links, [code for code in codes if code.opens is Opens.ARCHIVE])
    shares = [code for code in codes if code.opens is Opens.SHARE]
    given = _pair(text, links, shares)
    opened = [replace(link, code=link.code or given.get(link.start, "")) for link in links]
    used = {link.code for link in opened}
    left = [one.value for one in shares if one.firm and one.value not in used]
    return Pairing(opened, passwords, left)


def _passwords(links: Sequence[Link], codes: list[Code]) -> dict[int, str]:
    """Give each unpack password to the links before it, one that comes first to those after it."""
    given: dict[int, str] = {}
    since = 0
    for code in codes:
        before = [link for link in links if since <= link.start < code.start]
        group = before or [link for link in links if link.start > code.start]
        for link in group:
            given.setdefault(link.start, code.value)
        since = code.end
    return given


def _pair(text: str, links: Sequence[Link], codes: list[Code]) -> dict[int, str]:
    takers = [link for link in links if link.takes is not None]
    codes = _not_repeated(takers, codes)
    given: dict[int, str] = {}
    for code in codes:
        if code.for_all:
            given |= {link.start: code.value for link in takers if _opens(code, link)}
    codes = [code for code in codes if not code.for_all]
    for code in codes:
        if code.about:
            _give_named(code, takers, given)
    left = [code for code in codes if not _is_given(code, given, takers)]
    open_links = [link for link in takers if not link.code and link.start not in given]
    starts = {link.start for link in open_links}
    for owner, one in beside(text, links):
        taken = any(code.start < one.end and one.start < code.end for code in left)
        if not taken and owner.start in starts and _opens(one, owner):
            given[owner.start] = one.value
    open_links = [link for link in open_links if link.start not in given]
    return given | _by_order(text, open_links, left)


def _not_repeated(links: Sequence[Link], codes: list[Code]) -> list[Code]:
    """Leave out codes that only repeat what the link before them says, or the one after them."""
    kept = []
    for code in codes:
        before = [link for link in links if link.start < code.start]
        after = [link for link in links if link.start > code.start]
        said = {link.code for link in (*before[-1:], *after[:1])}
        if code.value not in said or (before and not before[-1].code):
            kept.append(code)
    return kept


def _give_named(code: Code, links: Sequence[Link], given: dict[int, str]) -> None:
    """Give a code to the nearest link of the provider that its label names."""
    own = [
        link
        for link in links
        if link.provider == code.about
        and not link.code
        and link.start not in given
        and _opens(code, link)
    ]
    if own:
        given[min(own, key=lambda link: abs(link.start - code.start)).start] = code.value


def _is_given(code: Code, given: dict[int, str], links: Sequence[Link]) -> bool:
    return bool(code.about) and any(
        given.get(link.start) == code.value for link in links if link.provider == code.about
    )


def _opens(code: Code, link: Link) -> bool:
    return link.takes is not None and link.takes.fullmatch(code.value) is not None


def _by_order(text: str, links: Sequence[Link], codes: Sequence[Code]) -> dict[int, str]:
    """Pair what is left by the order in which it stands."""
    runs = _runs(links, codes)
    if not runs or not any(run.links for run in runs):
        return {}
    if _codes_come_first(text, runs):
        pairs = [(after.links, before.codes) for before, after in pairwise(runs)]
    else:
        pairs = [(run.links, run.codes) for run in runs if run.links]
    given: dict[int, str] = {}
    for of_links, of_codes in pairs:
        given |= _together(text, of_links, of_codes)
    return given


def _runs(links: Sequence[Link], codes: Sequence[Code]) -> list[_Run]:
    """Return links and the codes after them, in the order of the text."""
    events: list[Link | Code] = [*links, *codes]
    runs: list[_Run] = []
    for event in sorted(events, key=lambda event: event.start):
        if not runs or (not isinstance(event, Code) and runs[-1].codes):
            runs.append(_Run([], []))
        if isinstance(event, Code):
            runs[-1].codes.append(event)
        else:
            runs[-1].links.append(event)
    return runs


def _codes_come_first(text: str, runs: list[_Run]) -> bool:
    """Tell whether the codes stand before their links."""
    if runs[0].links:
        return False
    if not runs[-1].codes:
        return True
    first, then = runs[0].codes[-1], runs[1].links[0]
    after = runs[1].codes[0] if runs[1].codes else None
    if after is None:
        return True
    last = runs[1].links[-1]
    lines_before = text.count("\n", first.end, then.start)
    lines_after = text.count("\n", last.end, after.start)
    if lines_before != lines_after:
        return lines_before < lines_after
    return then.start - first.end < after.start - last.end


def _together(text: str, links: Sequence[Link], codes: Sequence[Code]) -> dict[int, str]:
    """Pair a run of links with the codes beside it."""
    given: dict[int, str] = {}
    codes = [code for code in codes if any(_opens(code, link) for link in links)]
    if len(links) == len(codes):
        pairs = list(zip(links, codes, strict=True))
        if all(_opens(code, link) for link, code in pairs):
            return {
                link.start: code.value
                for link, code in pairs
                if _is_near(text, link, code, len(links))
            }
    free = list(links)
    for code in codes:
        able = [
            link for link in free if _opens(code, link) and _is_near(text, link, code, len(links))
        ]
        if not able:
            continue
        nearest = min(
            able, key=lambda link: (not _wants(link), abs(code.start - link.start), link.start)
        )
        given[nearest.start] = code.value
        free.remove(nearest)
    return given


def _wants(link: Link) -> bool:
    return link.needs_code or link.provider == "baidu"


def _is_near(text: str, link: Link, code: Code, count: int) -> bool:
    """Tell whether a code stands near enough to a link, one of `count` in a row, to be its."""
    between = (link.end, code.start) if code.start > link.start else (code.end, link.start)
    if code.firm:
        return between[1] - between[0] < _FARTHEST * max(1, count)
    lines = text.count("\n", *between)
    return lines <= _MOST_LINES * max(1, count) and between[1] - between[0] < _NEAR * max(1, count)
