"""Text that style sheets put before and after elements (CSS Generated Content 3)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONTENT: Final = re.compile(
    r"\"((?:\\.|[^\"\\])*+)\"|'((?:\\.|[^'\\])*+)'|attr\(\s*+([\w-]+)[^)]*+\)"
    r"|counter\(\s*+([\w-]+)[^)]*+\)|var\(\s*+(--[\w-]+)[^)]*+\)|((?:open|close)-quote)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_STEPS: Final = re.compile(r"([a-z_][\w-]*)(?:\s+(-?\d{1,9}))?")
_LAST: Final = 0x110000
_MOST_PIECES: Final = 1_000_000
_DEEPEST_VARIABLE: Final = 4


class Generator:
    """Makes the text of `content` properties, and keeps a page's counters.

    `variable` gives the value of a custom property as an element has it, or "".
    """

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}
        self._left = _MOST_PIECES

    def count(self, styles: Mapping[str, str]) -> None:
        """Let the counters go on as an element says."""
        for name, written in _STEPS.findall(styles.get("counter-reset", "")):
            self._counters[name] = int(written or 0)
        for name, written in _STEPS.findall(styles.get("counter-increment", "")):
            self._counters[name] = self._counters.get(name, 0) + int(written or 1)

    def text(
        self,
        content: str,
        attributes: Mapping[str, str | None],
        variable: Callable[[str], str],
        depth: int = 0,
    ) -> str:
        """Return the text of a `content`; nothing more when a page has had too much."""
        said: list[str] = []
        for kind, written in _pieces(content):
            self._left -= 1
            if self._left < 0:
                break
            if kind == "attr":
                said.append(attributes.get(written.lower()) or "")
            elif kind == "counter":
                said.append(str(self._counters.get(written.lower(), 0)))
            elif kind == "var":
                if depth < _DEEPEST_VARIABLE:
                    said.append(self.text(variable(written), attributes, variable, depth + 1))
            else:
                said.append(written)
        return "".join(said)


@lru_cache(maxsize=1 << 12)
def _pieces(content: str) -> tuple[tuple[str, str], ...]:
    """What a `content` is made of, as (kind, name or text)."""
    pieces: list[tuple[str, str]] = []
    for found in _CONTENT.finditer(content):
        double, single, attribute, counter, own, quote = found.groups()
        if quote:
            pieces.append(("text", "“" if quote == "open-quote" else "”"))
        elif attribute or counter or own:
            kind = "attr" if attribute else "counter" if counter else "var"
            pieces.append((kind, attribute or counter or own))
        else:
            pieces.append(("text", _ESCAPE.sub(_unescaped, double or single or "")))
    return tuple(pieces)


def _unescaped(escape: re.Match[str]) -> str:
    if not escape[1]:
        return "" if escape[2] == "\n" else escape[2]
    point = int(escape[1], 16)
    return chr(point) if 0 < point < _LAST else "\ufffd"
