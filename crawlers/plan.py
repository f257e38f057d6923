"""The plan of a crawl: everything its parts need to know, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawlers.browser.options import BrowserOptions
from crawlers.frontier.contract import Budget, Politeness
from fingerprints.contract import Limits
from index.documents import Rendering

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.discovery.queries import Search
    from crawlers.frontier.location import FrontierLocation
    from crawlers.safety.proxies import Proxy
    from index.documents import Channel
    from index.store import StoreLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationLimits:
    """What examining one sighting may cost. `memory_bytes` come on top of the start's.

    A film takes longer than a page: each MiB adds `time_s_per_mib` to `time_s`.
    """

    time_s: float = 60.0
    time_s_per_mib: float = 2.0
    memory_bytes: int = 2 * 2**30
    files: Limits = field(default_factory=Limits)

    def time_for(self, size_bytes: int) -> float:
        """Return how many seconds a file of this size may take."""
        return self.time_s + self.time_s_per_mib * size_bytes / 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a URL is tried that may be had later: the second time after `base_s`, then later.

    `timeout_s` is for one download as a whole.
    """

    tries: int = 3
    base_s: float = 5.0
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """One crawl. `allow` names private hosts (`host` or `host:port`) that may be visited after all.

    `ignore_robots_because` is the legal reason to pass over robots.txt; empty means it is obeyed.
    Whatever is fetched goes through the `proxy`, the requests of shown pages included. `search`
    says what is searched for beside the addresses, `sitemaps` whether lists that sites have of
    their pages are read; `priority` goes before all that the crawl finds out itself.
    `extractors` says whether pages are read by yt-dlp's, too.
    `profiles` is the administrator's folder of site profiles. `queued_as` names the crawl in the
    frontier; empty means by its id.
    """

    crawl_id: str
    channel: Channel
    urls: tuple[str, ...]
    store: StoreLocation
    frontier: FrontierLocation
    user_agent: str
    allow: frozenset[str] = frozenset()
    politeness: Politeness = field(default_factory=Politeness)
    budget: Budget = field(default_factory=Budget)
    ignore_robots_because: str = ""
    proxy: Proxy | None = None
    patience: Patience = field(default_factory=Patience)
    jobs: int = 2
    lease_s: float = 300.0
    match_threshold: float = 0.5
    max_body_bytes: int = 64 * 2**20
    max_bodies_in_memory_bytes: int = 256 * 2**20
    examination: ExaminationLimits = field(default_factory=ExaminationLimits)
    render: Rendering = Rendering.NEVER
    browser: BrowserOptions = field(default_factory=BrowserOptions)
    priority: int = 0
    search: Search | None = None
    sitemaps: bool = False
    extractors: bool = False
    profiles: Path | None = None
    queued_as: str = ""

    @property
    def queue(self) -> str:
        """The crawl's name in the frontier."""
        return self.queued_as or self.crawl_id
