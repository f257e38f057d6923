"""Patterns of profiles: administrators write them, and pages that they are tried on are hostile."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator

    import regex

log = structlog.get_logger()

_TIME_S: Final = 0.2
_MOST: Final = 500
_CHARACTERS: Final = 1_000_000


class Patience:
    """What patterns may cost on one page: the one that takes too long is the last that is tried."""

    def __init__(self) -> None:
        self._spent = False

    def find(self, pattern: regex.Pattern[str], text: str) -> Iterator[str]:
        """Yield what a pattern finds: its first group, or all where it has none."""
        for found in self._matches(pattern, text):
            yield (found[1] if pattern.groups else found[0]) or ""

    def ends(self, pattern: regex.Pattern[str], text: str) -> Iterator[int]:
        """Yield where what a pattern finds ends."""
        for found in self._matches(pattern, text):
            yield found.end()

    def fits(self, pattern: regex.Pattern[str], text: str) -> bool:
        """Tell whether a pattern finds anything."""
        return next(self._matches(pattern, text), None) is not None

    def _matches(self, pattern: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
        if self._spent:
            return
        try:
            found = pattern.finditer(text[:_CHARACTERS], timeout=_TIME_S, concurrent=False)
            yield from islice(found, _MOST)
        except TimeoutError:
            self._spent = True
            log.warning("profile_pattern_slow", pattern=pattern.pattern, characters=len(text))
