from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from crawlers.capture.warc import read_warc
from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.sqlite import SqliteFrontier
from index.blobs import Blobs
from tests.fetching import Fetched, Fetching
from tests.servers import Site, delayed, dropped, endless, page, redirect, redirects, status, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO = "User-agent: Marque\nDisallow: /secret\n"


@dataclass
class World:
    """Sites whose robots.txt differ, all visited in one crawl: two pages of each."""

    data: Path
    sites: dict[str, Site]
    found: dict[str, tuple[Fetched, Fetched]] = field(default_factory=dict)

    def errors(self, name: str) -> tuple[str | None, str | None]:
        open_page, secret = self.found[name]
        return open_page.error, secret.error

    def asked(self, name: str) -> list[str]:
        return sorted(self.sites[name].paths())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    names = ["rules", "none", "failing", "busy", "silent", "endless", "moved", "far", "away"]
    names += ["trap", "delay", "slow"]
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Site(fallback=page("<p>here"))) for name in names}
        private = stack.enter_context(Site({"/robots.txt": text(NO)}))
        allowed = tuple(site.host for site in sites.values())
        sites["rules"].routes["/robots.txt"] = text(NO)
        sites["none"].routes["/robots.txt"] = status(404)
        sites["failing"].routes["/robots.txt"] = status(503)
        sites["busy"].routes["/robots.txt"] = status(429)
        sites["silent"].routes["/robots.txt"] = dropped()
        sites["endless"].routes["/robots.txt"] = endless(b"# endless\n" * 1000)
        sites["moved"].routes.update(redirects("/robots.txt", 5))
        sites["moved"].routes["/robots.txt/5"] = text(NO)
        sites["far"].routes.update(redirects("/robots.txt", 6))
        sites["far"].routes["/robots.txt/6"] = text(NO)
        sites["away"].routes["/robots.txt"] = redirect(sites["rules"].url("/robots.txt"))
        sites["trap"].routes["/robots.txt"] = redirect(private.url("/robots.txt"))
        sites["delay"].routes["/robots.txt"] = text("User-agent: *\nCrawl-delay: 1000\n")
        sites["slow"].routes["/robots.txt"] = delayed(0.3, text(NO))
        sites["private"] = private
        world = World(tmp_path_factory.mktemp("robots"), sites)
        fetch = Fetching(data=world.data, allow=allowed, robots=True)
        urls = [site.url(path) for site in sites.values() for path in ("/open", "/secret")]
        fetched = fetch(*urls, together=True)
        world.found = dict(zip(sites, zip(fetched[::2], fetched[1::2], strict=True), strict=True))
        yield world


@pytest.mark.parametrize("name", ["rules", "moved", "away", "slow"])
def test_what_robots_txt_forbids_is_refused_and_never_asked_for(world: World, name: str) -> None:
    assert world.errors(name) == (None, "RefusedByRobots")
    assert "/secret" not in world.asked(name)


def test_it_is_asked_once_however_many_wait(world: World) -> None:
    assert world.asked("slow") == ["/open", "/robots.txt"]


@pytest.mark.parametrize("name", ["none", "far"])
def test_without_robots_txt_everything_may_be_visited(world: World, name: str) -> None:
    assert world.errors(name) == (None, None)


def test_five_redirects_are_followed_and_no_more(world: World) -> None:
    assert world.asked("far").count("/robots.txt/6") == 0
    assert world.asked("moved").count("/robots.txt/5") == 1


@pytest.mark.parametrize("name", ["failing", "busy", "endless"])
def test_while_its_server_fails_nothing_may_be_visited(world: World, name: str) -> None:
    assert world.errors(name) == ("RobotsUnreachable", "RobotsUnreachable")
    assert world.asked(name) == ["/robots.txt"]


def test_a_server_that_cannot_be_reached_is_named_so(world: World) -> None:
    assert world.errors("silent") == ("DownloadFailedError", "DownloadFailedError")
    assert set(world.asked("silent")) == {"/robots.txt"}


def test_a_redirect_to_a_private_address_is_not_followed(world: World) -> None:
    assert world.asked("private") == []
    assert world.errors("trap") == ("RobotsUnreachable", "RobotsUnreachable")


def test_a_private_host_is_refused_as_such_not_by_its_robots_txt(world: World) -> None:
    assert world.errors("private") == ("ForbiddenAddress", "ForbiddenAddress")


def test_the_frontier_learns_how_long_a_host_wants_to_be_left_alone(world: World) -> None:
    frontier = SqliteFrontier(world.data / "frontier.db")
    frontier.open("later", politeness=Politeness(delay_s=0.0), budget=Budget())
    urls = {name: world.sites[name].url("/more") for name in ("delay", "failing", "rules")}
    frontier.add("later", [Discovery(url=url) for url in urls.values()])
    leases = frontier.lease("later", worker="w", limit=9, ttl_s=60.0)
    assert [lease.discovery.url for lease in leases] == [urls["rules"]]
    due = frontier.stats("later").next_due
    assert due is not None
    assert time.time() < due <= time.time() + 60
    assert world.errors("delay") == (None, None)


def test_robots_txt_is_captured_too(world: World) -> None:
    blobs = Blobs(world.data / "blobs")
    digests = [path.name for path in (world.data / "blobs").glob("??/??/*")]
    captured = {}
    for digest in digests:
        with blobs.open(digest) as blob:
            reading = read_warc(blob)
        captured[reading.url] = reading.body
    assert captured[world.sites["rules"].url("/robots.txt")] == NO.encode()
    assert world.sites["failing"].url("/robots.txt") in captured
