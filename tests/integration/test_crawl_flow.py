"""A crawl as a whole: real servers, real processes, and kills."""

from __future__ import annotations

import asyncio
import faulthandler
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from functools import partial
from multiprocessing import forkserver
from typing import TYPE_CHECKING

import pytest

from crawlers import crawl as crawls
from crawlers.crawl import run, run_all
from crawlers.errors import ForbiddenScheme
from crawlers.examination.confinement import one_thread_each
from crawlers.examination.examiner import conclude
from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.location import FrontierLocation, open_frontier
from crawlers.plan import CrawlPlan, Patience
from crawlers.spiders.web import WebSpider
from index.contract import Query
from index.documents import Channel, Sighting
from index.store import StoreLocation, open_store
from tests.servers import (
    Site,
    compressed,
    content,
    dropped,
    lying_length,
    page,
    redirect,
    redirects,
    silent,
    status,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from crawlers.spiders.pages import Page
    from crawlers.tally import CrawlReport
    from tests.servers import Line

PAGES = 300
_LONGEST_S = 60.0
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PROCESSES = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module", autouse=True)
def _fork_server() -> None:
    """There is one server a process: start it as the pool does, for the tests after these."""
    PROCESSES.set_forkserver_preload(["crawlers.crawl", "crawlers.examination.examiner"])
    with one_thread_each():
        forkserver.ensure_running()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def plan_for(site: Site, folder: Path, *paths: str, channel: Channel = Channel.WEB) -> CrawlPlan:
    return CrawlPlan(
        crawl_id="crawl",
        channel=channel,
        urls=tuple(site.url(path) for path in paths or ("/",)),
        store=StoreLocation(folder),
        frontier=FrontierLocation(folder / "frontier.db"),
        user_agent="marque/0.1 (+https://example.org/contact)",
        allow=frozenset({site.host}),
        politeness=Politeness(delay_s=0.0, concurrency=8),
        patience=Patience(tries=3, base_s=0.1, timeout_s=1.0),
        jobs=1,
        lease_s=60.0,
    )


class Run:
    """A run of a crawl in a process of its own, as its event loop wants."""

    def __init__(self, plan: CrawlPlan, how: Callable[[CrawlPlan], CrawlReport]) -> None:
        self.told, their_end = PROCESSES.Pipe(duplex=False)
        self.process = PROCESSES.Process(target=tell, args=(how, plan, their_end))
        self.process.start()
        their_end.close()

    def signal(self, number: int) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def end(self) -> CrawlReport | str:
        """Return the report, or the error that ended it; a run that hangs says where."""
        if not self.told.poll(_LONGEST_S):
            self.signal(signal.SIGUSR1)
            time.sleep(1)
            self.process.kill()
            pytest.fail("the crawl hangs")
        outcome: CrawlReport | str = self.told.recv()
        self.process.join()
        return outcome


def crawl(plan: CrawlPlan, how: Callable[[CrawlPlan], CrawlReport] | None = None) -> CrawlReport:
    outcome = Run(plan, how or run_alone).end()
    assert not isinstance(outcome, str), outcome
    return outcome


def tell(how: Callable[[CrawlPlan], CrawlReport], plan: CrawlPlan, told: Connection) -> None:
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    try:
        told.send(how(plan))
    except Exception as error:  # noqa: BLE001  the test fails with it
        told.send(f"{type(error).__name__}: {error}")


def run_alone(plan: CrawlPlan) -> CrawlReport:
    """Run with an examination that costs no start of processes: it finds nothing."""
    crawls.examination_pool = ExaminationHere  # type: ignore[assignment]
    return run(plan)


class ExaminationHere:
    def __init__(self, plan: CrawlPlan) -> None:
        self._store = open_store(plan.store)

    async def __call__(self, sighting: Sighting) -> Sighting:
        return await asyncio.to_thread(conclude, self._store, sighting)

    def kill(self) -> None:
        pass


def sightings(plan: CrawlPlan) -> dict[str, Sighting]:
    """Return what is on record, by path."""
    records = open_store(plan.store).records
    page = records.find(Query(Sighting, {"crawl_id": plan.crawl_id}), limit=10_000)
    return {stored.record.url.split("/", 3)[3]: stored.record for stored in page.items}


def failures(plan: CrawlPlan) -> dict[str, str]:
    """Return why what has no content has none, by path."""
    return {
        path: seen.failure.code
        for path, seen in sightings(plan).items()
        if seen.failure is not None and seen.payload is None
    }


def tree(pages: int = PAGES) -> dict[str, Callable[[Line], None]]:
    """Return the routes of a site where each page leads to three more, and to its parent."""
    routes = {}
    for number in range(pages):
        children = [child for child in range(3 * number + 1, 3 * number + 4) if child < pages]
        links = "".join(f'<a href="/{one}?utm_source=x#top">{one}</a>' for one in children)
        back = f'<a href="/{(number - 1) // 3}">up</a>' if number else ""
        words = f"<p>{chr(0x4E00 + number)}</p>"
        body = f"<html><title>Page {number}</title>{words}<p>{links}{back}</html>"
        routes["/" if number == 0 else f"/{number}"] = page(body)
    routes["/0"] = page("<html><p>the same as /</html>")
    return routes


def pages_asked(site: Site) -> list[str]:
    return [path for path in site.paths() if path not in {"/robots.txt", "/0"}]


def has_asked(site: Site, pages: int) -> bool:
    return len(set(pages_asked(site))) >= pages


def test_every_page_is_visited_once(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree())
    plan = plan_for(site, tmp_path)
    report = crawl(plan)
    assert report.finished
    assert sorted(pages_asked(site)) == sorted(set(tree()) - {"/0"})
    assert report.pages == report.sightings == len(tree())
    seen = sightings(plan)
    assert len(seen) == len(tree())
    assert all(one.examined_at and one.payload and one.capture for one in seen.values())
    assert seen["7"].title == "Page 7"
    assert seen["7"].referrer == site.url("/2")
    assert seen["7"].address == "127.0.0.1"
    agents = {asked.headers["user-agent"] for asked in site.asked}
    assert agents == {plan.user_agent}
    assert crawl(plan).pages == 0


def test_nothing_is_lost_when_the_crawler_is_killed(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree())
    plan = plan_for(site, tmp_path)
    for wanted in (30, 100, 200):
        killed = Run(plan, run)
        wait_until(partial(has_asked, site, wanted))
        killed.signal(signal.SIGKILL)
        killed.process.join()
    report = crawl(plan, run)
    assert report.finished
    assert set(pages_asked(site)) == set(tree()) - {"/0"}
    assert len(pages_asked(site)) <= PAGES + 3 * 8
    seen = sightings(plan)
    assert len(seen) == len(tree())
    assert all(one.examined_at and one.payload for one in seen.values())


def test_two_workers_share_a_crawl(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree(100))
    plan = plan_for(site, tmp_path)
    reports = [one.end() for one in [Run(plan, run_alone), Run(plan, run_alone)]]
    assert all(not isinstance(report, str) and report.finished for report in reports)
    assert len(pages_asked(site)) == 100
    assert len(sightings(plan)) == 101


def test_crawls_run_side_by_side(site: Site, tmp_path: Path) -> None:
    with Site(tree(30)) as other:
        site.routes.update(tree(20))
        plans = [
            replace(plan_for(one, tmp_path), crawl_id=f"crawl {number}")
            for number, one in enumerate((site, other))
        ]
        told: CrawlReport | str = Run(plans[0], partial(run_beside, plans[1])).end()
        assert not isinstance(told, str), told
        assert [len(sightings(plan)) for plan in plans] == [21, 31]


def run_beside(second: CrawlPlan, first: CrawlPlan) -> CrawlReport:
    seen: dict[str, int] = {}

    def progress(crawl_id: str, report: CrawlReport) -> None:
        seen[crawl_id] = report.pages

    reports = run_all([first, second], on_progress=progress)
    assert seen == {"crawl 0": 21, "crawl 1": 31}
    assert [report.finished for report in reports] == [True, True]
    assert [report.pages for report in reports] == [21, 31]
    return reports[0]


def test_a_crawl_that_is_asked_to_stop_gives_back_what_it_has(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree())
    plan = plan_for(site, tmp_path)
    stopped = Run(plan, run_alone)
    wait_until(partial(has_asked, site, 30))
    stopped.signal(signal.SIGTERM)
    report = stopped.end()
    assert not isinstance(report, str)
    assert not report.finished
    assert report.waiting > 0
    assert open_frontier(plan.frontier).workers("crawl") == []
    rest = crawl(plan)
    assert report.sightings + rest.sightings == len(tree())
    assert len(pages_asked(site)) == PAGES


def test_whatever_a_server_does_costs_one_page_and_is_on_record(site: Site, tmp_path: Path) -> None:
    bad = {
        "/gone": (status(410), "http_410"),
        "/missing": (status(404), "http_404"),
        "/broken": (status(500), "http_500"),
        "/cut": (dropped(), "connection_failed"),
        "/half": (lying_length(b"<p>half", 1000), "broken_body"),
        "/silent": (silent(), "timeout"),
        "/gibberish": (content(b"not gzip", headers={"Content-Encoding": "gzip"}), "broken_body"),
        "/large": (content(bytes(300_000)), "body_too_large"),
        "/bomb": (compressed(bytes(3_000_000)), "body_too_large"),
        "/round": (redirect("/round"), "redirect_loop"),
        "/nowhere": (redirect("ftp://example.com/"), "bad_redirect"),
        "/away": (redirect("http://elsewhere.example/"), "redirected_off_site"),
        "/inside": (redirect("http://127.0.0.1:1/"), "redirected_off_site"),
        "/walled": (status(403, headers={"cf-mitigated": "challenge"}), "challenged"),
    }
    links = "".join(f'<a href="{path}">x</a>' for path in [*bad, "/fine", "/private"])
    site.routes.update({path: answer for path, (answer, _) in bad.items()})
    site.routes["/"] = page(f"<html>{links}<img src='http://127.0.0.1:1/p.png'></html>")
    site.routes["/fine"] = page("<html><p>fine</html>")
    site.routes["/robots.txt"] = text("User-agent: *\nDisallow: /private")
    plan = replace(plan_for(site, tmp_path), max_body_bytes=200_000)
    report = crawl(plan)
    assert report.finished
    assert report.pages == 2
    assert failures(plan) == {
        **{path[1:]: code for path, (_, code) in bad.items()},
        "private": "refused_by_robots",
        "p.png": "forbidden_address",
    }
    asked = site.paths()
    assert "/private" not in asked
    assert [asked.count(path) for path in ("/broken", "/silent", "/half")] == [3, 3, 3]
    assert [asked.count(path) for path in ("/gone", "/large", "/round", "/walled")] == [1, 1, 1, 1]
    dead = {letter.code for letter in open_frontier(plan.frontier).dead("crawl")}
    assert dead >= {"timeout", "http_500", "forbidden_address", "refused_by_robots"}
    assert report.failed["http_404"] == 1


def test_what_fails_for_a_while_is_had_later(site: Site, tmp_path: Path) -> None:
    site.routes["/"] = page('<html><a href="/a">a</a></html>')
    site.routes["/a"] = first_then(status(503), page("<html><p>late</html>"))
    plan = plan_for(site, tmp_path)
    assert crawl(plan).pages == 2
    assert failures(plan) == {}
    assert site.paths().count("/a") == 2


def test_a_host_that_wants_peace_gets_it(site: Site, tmp_path: Path) -> None:
    site.routes["/"] = page('<html><a href="/a">a</a><a href="/b">b</a></html>')
    busy = status(429, headers={"Retry-After": "1"})
    site.routes["/a"] = first_then(busy, page("<html><p>a</html>"))
    site.routes["/b"] = page("<html><p>b</html>")
    plan = replace(plan_for(site, tmp_path), politeness=Politeness(delay_s=0.05, concurrency=1))
    assert crawl(plan).pages == 3
    asked = [(asked.path, asked.at) for asked in site.asked if asked.path != "/robots.txt"]
    assert [path for path, _ in asked[:2]] == ["/", "/a"]
    assert {path for path, _ in asked[2:]} == {"/a", "/b"}
    assert asked[2][1] - asked[1][1] > 0.95


def test_redirects_are_followed_hop_by_hop(site: Site, tmp_path: Path) -> None:
    site.routes.update(redirects("/far", 5))
    site.routes.update(redirects("/never", 30))
    site.routes["/"] = page('<html><a href="/far">1</a><a href="/never">2</a></html>')
    plan = plan_for(site, tmp_path)
    crawl(plan)
    seen = sightings(plan)
    assert seen["far/5"].payload is not None
    assert seen["far/5"].referrer == site.url("/")
    assert failures(plan) == {"never/20": "too_many_redirects"}


def test_a_seed_that_moved_is_followed_to_its_new_site(site: Site, tmp_path: Path) -> None:
    with Site({"/": page('<html><a href="/a">a</a></html>'), "/a": page("<html>a</html>")}) as new:
        site.routes["/"] = redirect(new.url("/"))
        plan = plan_for(site, tmp_path)
        plan = replace(plan, allow=frozenset({site.host, new.host}))
        assert crawl(plan).pages == 2


def test_pictures_of_other_hosts_are_visited_but_not_their_pages(
    site: Site, tmp_path: Path
) -> None:
    with Site({"/p.png": content(PICTURE, "text/html")}) as other:
        site.routes["/"] = page(
            f'<html><img data-src="{other.url("/p.png")}"><img src="{other.url("/p.png#2")}">'
            f'<a href="{other.url("/page")}">x</a></html>'
        )
        plan = plan_for(site, tmp_path)
        plan = replace(plan, allow=frozenset({site.host, other.host}), budget=Budget(max_pages=1))
        report = crawl(plan)
        assert (report.pages, report.media) == (1, 1)
        assert sightings(plan)["p.png"].media_type == "image/png"
        assert [path for path in other.paths() if path != "/robots.txt"] == ["/p.png"]


def test_the_budget_holds(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree())
    plan = replace(plan_for(site, tmp_path), budget=Budget(max_pages=20))
    report = crawl(plan)
    assert report.finished
    assert report.pages == len(pages_asked(site)) + site.paths().count("/0") == 20
    assert report.over_budget > 0


def test_a_spider_that_fails_costs_its_page(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree(10))
    plan = plan_for(site, tmp_path)
    assert crawl(plan, run_with_failing_spider).finished
    (letter,) = open_frontier(plan.frontier).dead("crawl")
    assert letter.code == "spider_error"
    assert letter.discovery.url == site.url("/1")
    assert set(sightings(plan)) == {"", "0", "1", "2", "3", "7", "8", "9"}


def run_with_failing_spider(plan: CrawlPlan) -> CrawlReport:
    good = WebSpider.discoveries

    def bad(self: WebSpider, page: Page) -> Iterable[Discovery]:
        if page.url.endswith("/1"):
            raise ZeroDivisionError
        return good(self, page)

    WebSpider.discoveries = bad  # type: ignore[method-assign]
    return run_alone(plan)


def test_a_store_that_fails_ends_the_crawl_and_loses_nothing(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree(10))
    plan = plan_for(site, tmp_path)
    open_store(plan.store)
    blobs = tmp_path / "blobs"
    blobs.write_text("in the way of the folder")
    outcome = Run(plan, run_alone).end()
    assert isinstance(outcome, str)
    assert outcome.startswith("Unavailable: ")
    assert not open_frontier(plan.frontier).stats("crawl").leased
    blobs.unlink()
    assert crawl(plan).pages == 11


def test_a_book_is_read_page_by_page(site: Site, tmp_path: Path) -> None:
    chapters = "".join(f"<dd><a href='/b/{n}.html'>第{n}章 雪</a></dd>" for n in range(1, 7))
    site.routes["/b/"] = page(
        f"<html><title>书</title><h1>红楼梦</h1><p>作者：曹雪芹<dl><dt>正文</dt>{chapters}</dl>"
        "<a href='/b.txt'>下载</a><a href='/other'>别的书</a>",
        encoding="gb18030",
        declared="utf-8",
    )
    site.routes["/b.txt"] = text("全文")
    for n in range(1, 7):
        on = f"<a href='/b/{n}_2.html'>下一页</a><a href='/b/{n + 1}.html'>下一章</a>"
        site.routes[f"/b/{n}.html"] = page(f"<html><title>第{n}章</title><p>雪{on}")
        after = f"<a href='/b/{n + 1}.html'>下一页</a>" if n < 6 else "<a href='/b/'>目录</a>"
        site.routes[f"/b/{n}_2.html"] = page(f"<html><p>又{after}")
    plan = replace(
        plan_for(site, tmp_path, "/b/", channel=Channel.LITERATURE),
        politeness=Politeness(delay_s=0.0, concurrency=1),
    )
    report = crawl(plan)
    assert (report.pages, report.media) == (13, 1)
    read = [path for path in site.paths() if path.endswith(".html")]
    pages = [f"/b/{n}{part}.html" for n in range(1, 7) for part in ("", "_2")]
    assert read == [*pages, "/b/7.html"]
    assert failures(plan) == {"b/7.html": "http_404"}


def test_a_host_is_not_pressed_by_two_workers_together(site: Site, tmp_path: Path) -> None:
    site.routes.update(tree(8))
    plan = replace(plan_for(site, tmp_path), politeness=Politeness(delay_s=0.2, concurrency=8))
    reports = [one.end() for one in [Run(plan, run_alone), Run(plan, run_alone)]]
    assert all(not isinstance(report, str) for report in reports)
    times = sorted(asked.at for asked in site.asked if asked.path != "/robots.txt")
    assert len(times) == 9
    assert times[-1] - times[0] > 5 * 0.2


def test_a_crawl_without_a_store_does_not_begin(site: Site, tmp_path: Path) -> None:
    (tmp_path / "marque.db").write_bytes(b"no database" * 1000)
    outcome = Run(plan_for(site, tmp_path), run_alone).end()
    assert isinstance(outcome, str)
    assert outcome.startswith("Unavailable: ")


def test_a_seed_must_be_an_address_of_the_web(site: Site, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenScheme):
        run(replace(plan_for(site, tmp_path), urls=("file:///etc/passwd",)))


def first_then(
    first: Callable[[Line], None], then: Callable[[Line], None]
) -> Callable[[Line], None]:
    """Answer once in one way, then in another."""
    answers = iter([first])

    def answer(line: Line) -> None:
        next(answers, then)(line)

    return answer


def wait_until(condition: Callable[[], bool], *, within_s: float = 60.0) -> None:
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            pytest.fail("it never came to that")
        time.sleep(0.01)
