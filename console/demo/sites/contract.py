"""What a demonstration site is: plain values, known in full before anything is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.sites import account_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from index.documents import Channel

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is served at one path. `carries`: titles of the works of which it holds a copy.

    `account`: the id of whoever posted it, where the site is many people's. `at_host` writes the
    body of a page that names its own host, which is known only when it is served.
    """

    body: bytes
    content_type: str
    carries: frozenset[str] = NOTHING
    status: int = 200
    account: str = ""
    at_host: Callable[[str], bytes] | None = None

    def body_at(self, host: str) -> bytes:
        """Return the body as it is served at a host."""
        return self.body if self.at_host is None else self.at_host(host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site, by percent-encoded path.

    `forbidden` are the path prefixes that robots.txt rules out. `broken` are paths that are linked
    and deliberately bad: absent, empty, cut short or wrongly declared. `search` is the address
    that is asked for titles, below the site's own: such a site isn't crawled but searched.
    One that is not `is_named` is left to be found by such a search.
    """

    name: str
    title: str
    channel: Channel
    resources: Mapping[str, Resource]
    forbidden: tuple[str, ...] = ()
    broken: frozenset[str] = NOTHING
    search: str = ""
    is_named: bool = True

    @property
    def carries(self) -> frozenset[str]:
        """Titles of the works that a visitor who obeys robots.txt can find copies of here."""
        held = (self.resources[path].carries for path in self.resources if self.allows(path))
        return frozenset().union(*held)

    def offers_at(self, host: str) -> frozenset[tuple[str, str]]:
        """Return who offers which work here, when served at a host: the site, or an account."""
        return frozenset(
            (account_at(host, resource.account) if resource.account else host, title)
            for path, resource in self.resources.items()
            if self.allows(path)
            for title in resource.carries
        )

    def allows(self, path: str) -> bool:
        """Tell whether robots.txt lets a path be fetched."""
        return not path.startswith(self.forbidden)
