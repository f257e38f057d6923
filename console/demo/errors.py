"""What can go wrong before the demonstration starts.

DemoError
└── ContentMissing   a file that the demonstration is made of isn't there
"""

from __future__ import annotations


class DemoError(Exception):
    """The demonstration can't be shown."""


class ContentMissing(DemoError):
    """Content is missing: `what` is wanted, and `remedy` says how to get it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} is missing: {remedy}")
        self.what = what
        self.remedy = remedy
