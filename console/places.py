"""Places in a copy or a work as people read them: clock times, pages, offsets."""

from __future__ import annotations

from fingerprints.app import CONTENT_NAMES
from fingerprints.modalities import MODALITIES


def place(modality: str, span: tuple[float, float], *, member: str = "", content: str = "") -> str:
    """Return a span [start, end) of a modality, in words that need no translation.

    `member`: in which file of an archive it is. `content`: what kind of content, which then stands
    for the numbers.
    """
    where = _kind(content) if content else _place(modality, span)
    return f"{member} · {where}" if member else where


def _kind(content: str) -> str:
    english, chinese = CONTENT_NAMES.get(content, (content, ""))
    return f"{chinese} {english}".strip()


def _place(modality: str, span: tuple[float, float]) -> str:
    start, end = span
    known = MODALITIES.get(modality)
    if known is not None and known.span_unit == "seconds":
        return f"{clock(start)}–{clock(end)}"
    if known is not None and known.span_unit == "pages":
        first, last = int(start) + 1, max(int(start) + 1, round(end))
        return f"p. {first}" if first == last else f"pp. {first}–{last}"
    return f"[{start:g}, {end:g})" if max(span) < 1e6 else f"[{start:.0f}, {end:.0f})"  # noqa: PLR2004 (where %g turns to exponents)


def clock(seconds: float) -> str:
    """Return 3725.4 as 1:02:05.4."""
    minutes, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:04.1f}"
