"""What can go wrong before the demonstration starts.

DemoError
├── ContentMissing      a file that the demonstration is made of isn't there
└── ContentUnreadable   a file that it is to be made of can't be read
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DemoError(Exception):
    """The demonstration can't be shown."""


class ContentMissing(DemoError):
    """Content is missing: `what` is wanted, and `remedy` says how to get it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} is missing: {remedy}")
        self.what = what
        self.remedy = remedy


class ContentUnreadable(DemoError):
    """A file in the folder of content can't be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} can't be read: {reason}")
        self.path = path
        self.reason = reason
