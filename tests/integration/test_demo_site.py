"""The demonstration's sites as a visitor meets them: over HTTP, on loopback."""

from __future__ import annotations

import base64
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from selectolax.lexbor import LexborHTMLParser

from console.demo.content import shipped_content
from console.demo.productions import productions
from console.demo.world import DemoWorld, demo_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.demo.server import ServedSite


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with demo_world(shipped_content(), productions()) as world:
        yield world


PIRATES = frozenset(
    {
        *("novel", "gallery", "songs", "films", "apps", "comics", "documents", "forum"),
        *("community", "found"),
    }
)


def _site(world: DemoWorld, name: str) -> ServedSite:
    return next(at for at in world.sites if at.site.name == name)


def _get(url: str, *, method: str = "GET") -> tuple[int, str, bytes]:
    request = urllib.request.Request(url, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
            return response.status, response.headers.get("Content-Type", ""), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Content-Type", ""), error.read()


def _visit(at: ServedSite) -> None:
    """Follow every link of the site that robots.txt allows."""
    robots = RobotFileParser()
    robots.parse(_get(urljoin(at.url, "/robots.txt"))[2].decode().splitlines())
    seen: set[str] = set()
    ahead = [at.url]
    while ahead:
        url = ahead.pop()
        if url in seen or not robots.can_fetch("visitor", url):
            continue
        seen.add(url)
        _, media_type, body = _get(url)
        if media_type.startswith("text/html"):
            nodes = LexborHTMLParser(body.decode("utf-8", "replace")).css(
                "a[href], img[data-src], img[src]"
            )
            named = [
                node.attributes.get("href") or node.attributes.get("data-src") for node in nodes
            ]
            named += [node.attributes.get("src") for node in nodes]
            ahead += [
                found
                for name in named
                if name and urlsplit(found := urljoin(url, name)).netloc == at.host
            ]


def test_sites_have_ports_of_their_own_on_loopback(world: DemoWorld) -> None:
    assert len({at.host for at in world.sites}) == len(world.sites) == 13
    assert all(urlsplit(at.url).hostname == "127.0.0.1" for at in world.sites)


@pytest.mark.parametrize("name", ["novel", "gallery"])
def test_an_obedient_visitor_meets_every_copy_but_the_forbidden(
    world: DemoWorld, name: str
) -> None:
    at = _site(world, name)
    at.requests.clear()
    _visit(at)
    asked = {request.path for request in at.requests}
    assert not at.trespasses
    held = {path for path, it in at.site.resources.items() if it.carries and at.site.allows(path)}
    assert held <= asked
    absent = {request.path for request in at.requests if request.status == 404}
    assert absent
    assert absent <= at.site.broken


def test_answers_are_what_the_site_says(world: DemoWorld) -> None:
    at = _site(world, "novel")
    page = at.site.resources["/book/1/2.html"]
    assert _get(f"{at.url}book/1/2.html?from=search") == (200, page.content_type, page.body)
    assert _get(f"{at.url}book/1/2.html", method="HEAD") == (200, page.content_type, b"")
    assert _get(f"{at.url}nowhere")[0] == 404
    assert not at.trespasses
    _get(f"{at.url}member/book/1/17.html")
    assert [request.path for request in at.trespasses] == ["/member/book/1/17.html"]


def test_grants_cover_all_that_the_licensed_site_shows(world: DemoWorld) -> None:
    at = _site(world, "licensed")
    granted = {title for grant in world.grants if grant.site == at.host for title in grant.titles}
    assert granted == at.site.carries
    holders = {work.title: work.holder for work in world.works}
    assert all(holders[title] == grant.grantor for grant in world.grants for title in grant.titles)


def test_the_accusable_are_on_the_pirates_sites_alone(world: DemoWorld) -> None:
    pirates = {_site(world, name).host for name in PIRATES}
    assert {place.partition("/")[0] for place, _ in world.accusable} == pirates
    assert {title for _, title in world.accusable} == {work.title for work in world.works}
    (account,) = {place for place, _ in world.accusable if "/" in place}
    assert account == f"{_site(world, 'community').host}/u/42"


def test_the_search_names_a_site_that_nothing_else_does(world: DemoWorld) -> None:
    search, found = _site(world, "search"), _site(world, "found")
    asked = f"{search.url}{search.site.search}"
    tree = LexborHTMLParser(_get(asked.replace("{title}", "x"))[2].decode())
    results = [node.attributes["href"] or "" for node in tree.css("ol a")]
    assert [urlsplit(url).netloc for url in results] == [
        found.host,
        _site(world, "innocent").host,
        _site(world, "licensed").host,
    ]
    assert [_get(url)[0] for url in results] == [200, 200, 200]
    named = found.host.encode()
    assert [
        at.site.name
        for at in world.sites
        if any(named in it.body_at(at.host) for it in at.site.resources.values())
    ] == ["search"]
    assert [at.site.name for at in world.sites if not at.site.is_named] == ["found"]


def test_a_page_that_names_its_own_host_is_written_for_it(world: DemoWorld) -> None:
    at = _site(world, "forum")
    (first, *_) = (path for path, it in at.site.resources.items() if it.at_host is not None)
    _, _, body = _get(urljoin(at.url, first))
    wrapped = re.search(rb"thunder://([A-Za-z0-9+/=]+)", body)
    assert wrapped is not None
    address = base64.b64decode(wrapped[1]).decode().removeprefix("AA").removesuffix("ZZ")
    assert urlsplit(address).netloc == at.host
    status, media_type, archive = _get(address)
    assert (status, media_type, archive[:2]) == (200, "application/zip", b"PK")


def test_without_what_is_made_there_are_the_sites_of_texts_and_pictures() -> None:
    with demo_world(shipped_content()) as world:
        names = [at.site.name for at in world.sites]
    assert names == ["novel", "gallery", "innocent", "licensed"]
