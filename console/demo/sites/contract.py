"""What a demonstration site is: plain values, known in full before anything is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.documents import Channel

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is served at one path. `carries`: titles of the works of which it holds a copy."""

    body: bytes
    content_type: str
    carries: frozenset[str] = NOTHING
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site, by percent-encoded path.

    `forbidden` are the path prefixes that robots.txt rules out. `broken` are paths that are linked
    and deliberately bad: absent, empty, cut short or wrongly declared.
    """

    name: str
    title: str
    channel: Channel
    resources: Mapping[str, Resource]
    forbidden: tuple[str, ...] = ()
    broken: frozenset[str] = NOTHING

    @property
    def carries(self) -> frozenset[str]:
        """Titles of the works that a visitor who obeys robots.txt can find copies of here."""
        held = (self.resources[path].carries for path in self.resources if self.allows(path))
        return frozenset().union(*held)

    def allows(self, path: str) -> bool:
        """Tell whether robots.txt lets a path be fetched."""
        return not path.startswith(self.forbidden)
