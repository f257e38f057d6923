"""What can be wrong with how copies are to be searched for.

DiscoveryError
├── InvalidTemplate   a search address that can't be filled in
├── UnknownEngine     no search engine of this name
├── EngineNotSet      the settings lack what an engine needs: its key, its address
└── UnknownScope      works named in a way that nobody knows
"""

from __future__ import annotations


class DiscoveryError(Exception):
    """What was said of a search makes no sense: `what` was said, and why it won't do."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


class InvalidTemplate(DiscoveryError):
    """A search address that can't be filled in."""


class UnknownEngine(DiscoveryError):
    """There is no search engine of this name."""


class EngineNotSet(DiscoveryError):
    """The settings lack what an engine needs."""


class UnknownScope(DiscoveryError):
    """Works are named in a way that nobody knows."""
