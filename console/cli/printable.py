"""What may be shown on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return the text with everything replaced that a terminal might obey."""
    return "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text
    )
