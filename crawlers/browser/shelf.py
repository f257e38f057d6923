"""The shelf: what pages of a site have in common is asked for once."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT_S: Final = 600.0
_KEPT_BYTES: Final = 32 * 2**20
_SHARED: Final = frozenset({"script", "stylesheet", "image"})
_NOT_KEPT = re.compile(r"no-store|no-cache|private", re.IGNORECASE)
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came for a request.

    `body` is after content decoding, header names are in lower case, `capture` is the digest of
    the WARC records.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    capture: str | None


class Shelf:
    """Keeps scripts, styles and pictures for some minutes, within a bound of bytes."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._bytes = 0

    def find(self, kind: str, url: str) -> Answer | None:
        """Return what is kept of a URL, if it is still fresh."""
        until, answer = self._answers.get(url, (0.0, None))
        if answer is None or kind not in _SHARED:
            return None
        if until < time.monotonic():
            self._drop(url)
            return None
        self._answers.move_to_end(url)
        return answer

    def keep(self, kind: str, url: str, answer: Answer) -> None:
        """Keep an answer that is for everyone, and drop what was least asked for."""
        private = "set-cookie" in answer.headers or _NOT_KEPT.search(
            answer.headers.get("cache-control", "")
        )
        if kind not in _SHARED or answer.status != _OK or private:
            return
        self._drop(url)
        self._answers[url] = (time.monotonic() + _KEPT_S, answer)
        self._bytes += len(answer.body)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._answers)))

    def _drop(self, url: str) -> None:
        _, answer = self._answers.pop(url, (0.0, None))
        if answer is not None:
            self._bytes -= len(answer.body)
