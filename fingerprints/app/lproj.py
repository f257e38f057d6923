"""What an iOS program says to its users: Localizable.strings and its like, compiled or plain."""

from __future__ import annotations

import plistlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIR: Final = re.compile(r'"(?:[^"\\]|\\.)*"\s*=\s*"((?:[^"\\]|\\.)*)"\s*;')
_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_MOST: Final = 50_000
_DEEPEST: Final = 4


def strings(content: bytes) -> list[str]:
    """Return the texts of a .strings file; none where it can't be read."""
    try:
        facts = plistlib.loads(content)
    except Exception:  # noqa: BLE001 (the parser raises anything on hostile bytes)
        text = content.decode(
            _MARKS.get(content[:2]) or _MARKS.get(content[:3], "utf-8"), "replace"
        )
        return [one[1] for one in _PAIR.finditer(text)][:_MOST]
    return list(_values(facts, 0))[:_MOST]


def _values(facts: object, depth: int) -> Iterator[str]:
    """Yield texts, those of plural forms too."""
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, dict) and depth < _DEEPEST:
        for one in facts.values():
            yield from _values(one, depth + 1)
