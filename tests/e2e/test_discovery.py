"""Discovery: from the titles of registered works, over a search, to cases on sites nobody named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Case, Channel, Crawl, Sighting, Work
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels import mirrored
from tests.e2e.program import Program
from tests.servers import Site, content, page, redirect, status, text
from tests.shares import Providers, Shelved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.documents import Record
    from index.store import Store
    from tests.e2e.program import Ended
    from tests.servers import Line

BOOK = shipped_content().texts[0].words
NOVEL, OTHER_NOVEL = BOOK[:9_000], BOOK[30_000:39_000]
INNOCENT = shipped_content().innocent_texts[0].words[:6_000]
TITLE, OTHER_TITLE = "三国演义", "西游记"
HOLDER = "甲出版社"
MIRRORED = str(Path(mirrored.__file__).resolve())
KEY = "secret-key-0123456789"


class World:
    """A search site, and three others: with permission, without, and with something else."""

    def __init__(self, folder: Path, sites: tuple[Site, Site, Site, Site]) -> None:
        self.folder = folder
        self.search, self.licensed, self.pirate, self.unrelated = sites
        self.program = Program(folder)
        for name, words in ((TITLE, NOVEL), (OTHER_TITLE, OTHER_NOVEL)):
            (folder / f"{name}.txt").write_text(words, "utf-8")
        files = (f"{TITLE}.txt", f"{OTHER_TITLE}.txt")
        added = self.run("works", "add", *files, "--kind", "literature", "--holder", HOLDER)
        self.works = {one["title"]: one["work_id"] for one in added.objects}
        grant = ("--grantor", HOLDER, "--grantee", "乙网", "--site", self.licensed.host)
        self.run("grants", "add", *grant)
        self._fill()

    def run(self, *arguments: str, code: int = 0) -> Ended:
        ended = self.program.run(*arguments, "--data", str(self.folder / "data"), "--json")
        assert ended.code == code, ended.err
        return ended

    @property
    def allowed(self) -> tuple[str, ...]:
        hosts = (self.search, self.licensed, self.pirate, self.unrelated)
        return tuple(word for site in hosts for word in ("--allow", site.host))

    @property
    def store(self) -> Store:
        return open_store(StoreLocation(self.folder / "data"))

    def all(self, kind: type[Record]) -> list[Any]:
        return [one.record for one in scan(self.store.records, Query(kind))]

    def _fill(self) -> None:
        book = f"<h1>{TITLE}</h1><p>{NOVEL}</p>"
        self.licensed.routes["/book"] = page(f"<title>{TITLE}</title>{book}")
        self.pirate.routes |= {
            "/read/1.html": page(f"<title>免费小说</title>{book}<a href=/read/2.html>more</a>"),
            "/read/2.html": page("<p>nothing<a href=/read/3.html>more</a>"),
            "/read/3.html": page("<p>nothing"),
        }
        self.unrelated.routes["/recipes"] = page(f"<p>{INNOCENT}")

    def link(self, site: Site, path: str, words: str) -> str:
        return f"<div><h3><a href={site.url(path)}>{words}</a></h3><p>…</p></div>"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site() as search, Site() as licensed, Site() as pirate, Site() as unrelated:
        yield World(tmp_path, (search, licensed, pirate, unrelated))


def asked(site: Site) -> list[dict[str, str]]:
    """Return the fields of what a site's search was asked for, in order."""
    queries = (urlsplit(one.path).query for one in site.asked if one.path.startswith("/s?"))
    return [{name: values[0] for name, values in parse_qs(query).items()} for query in queries]


def answering(world: World) -> None:
    """Have the search find two pages for one title, nothing for the other."""
    menu = "<a href=/>首页</a><a href=/login>登录</a><a href=/s?page=2&q=x>下一页</a>"
    first = (
        world.link(world.licensed, "/book", f"{TITLE}（正版）在线阅读")
        + world.link(world.unrelated, "/recipes", "三国时期的家常菜谱")
        + world.link(world.unrelated, "/login", "登录")
    )
    second = world.link(world.pirate, "/read/1.html", f"《{TITLE}》txt全文免费下载 百度网盘")
    for number, body in (("1", first), ("2", second), ("3", "<p>没有更多")):
        path = f"/s?page={number}&q={quote(TITLE)}"
        world.search.routes[path] = page(f"<title>搜索</title>{menu}{body}")
    world.search.fallback = page("<title>搜索</title><p>没有结果")
    world.search.routes["/robots.txt"] = status(404)


def test_titles_lead_to_a_case_on_a_site_that_nobody_named(world: World) -> None:
    answering(world)
    target = world.run(
        *("targets", "add", "--search", world.search.url("/s?q={title}&page={page}")),
        *("--works", f"holder:{HOLDER}", "--key-work", world.works[TITLE], "--search-pages", "3"),
        *("--channel", "literature", *world.allowed, "--delay", "0.05"),
    ).object
    preview = world.run("discover", "preview", target["id"]).objects
    assert [(one["work"], one["words"], one["page"]) for one in preview] == [
        (TITLE, TITLE, 1),
        (OTHER_TITLE, OTHER_TITLE, 1),
    ]
    assert world.search.paths() == []
    ended = world.run("crawl", target["id"])
    assert ended.object["finished"]
    assert asked(world.search) == [
        {"q": TITLE, "page": "1"},
        {"q": TITLE, "page": "2"},
        {"q": TITLE, "page": "3"},
        {"q": OTHER_TITLE, "page": "1"},
    ] or asked(world.search) == [
        {"q": TITLE, "page": "1"},
        {"q": OTHER_TITLE, "page": "1"},
        {"q": TITLE, "page": "2"},
        {"q": TITLE, "page": "3"},
    ]
    assert world.unrelated.paths() == []
    assert world.licensed.paths() == ["/robots.txt", "/book"]
    assert world.pirate.paths() == ["/robots.txt", "/read/1.html", "/read/2.html"]
    (case,) = world.run("cases", "list").objects
    assert (case["title"], case["site"]) == (TITLE, world.pirate.host)
    seen = {one.url: one for one in world.all(Sighting)}
    found = seen[world.pirate.url("/read/1.html")]
    assert found.referrer == world.search.url(f"/s?page=2&q={quote(TITLE)}")
    assert found.matches == 1
    assert seen[found.referrer].capture is not None
    assert "referer" not in world.pirate.asked[1].headers
    (crawl,) = world.all(Crawl)
    assert (crawl.searches, crawl.key_works) == (tuple(target["searches"]), (world.works[TITLE],))


def test_the_budget_goes_where_copies_are(world: World) -> None:
    links = [
        world.link(world.licensed, "/book", f"{TITLE} 全文免费阅读"),
        world.link(world.unrelated, "/recipes", f"{TITLE}影评 豆瓣"),
        world.link(world.pirate, "/read/1.html", f"《{TITLE}》txt全文免费下载"),
    ]
    world.search.routes[f"/s?q={quote(TITLE)}"] = page("".join(links))
    ended = world.run(
        *("crawl", "--search", world.search.url("/s?q={title}"), "--works", world.works[TITLE]),
        *(*world.allowed, "--delay", "0", "--channel", "literature", "--max-pages", "2"),
    )
    assert ended.object["pages"] == 2
    assert len(asked(world.search)) == 1
    assert (world.licensed.paths(), world.unrelated.paths()) == ([], [])
    assert world.pirate.paths() == ["/robots.txt", "/read/1.html"]
    (case,) = world.all(Case)
    assert case.site == world.pirate.host


def test_a_form_is_posted_in_the_sites_own_encoding_and_its_redirect_followed(world: World) -> None:
    world.search.routes |= {
        "/e/search/index.php": redirect("/e/search/result/?searchid=7"),
        "/e/search/result/?searchid=7": page(
            world.link(world.pirate, "/read/1.html", f"{TITLE} 全文"), encoding="gbk"
        ),
    }
    form = "show=title&keyboard={title:gbk}&Submit=%CB%D1%CB%F7"
    address = world.search.url("/e/search/index.php")
    world.run(
        *("crawl", "--search", f"POST {address} {form}", "--works", world.works[TITLE]),
        *(*world.allowed, "--delay", "0", "--channel", "literature"),
    )
    posted, followed = world.search.asked[1:]
    assert (posted.method, posted.path) == ("POST", "/e/search/index.php")
    assert posted.headers["content-type"] == "application/x-www-form-urlencoded"
    words = quote(TITLE, encoding="gbk")
    assert posted.body.decode() == f"show=title&keyboard={words}&Submit=%CB%D1%CB%F7"
    assert (followed.method, followed.path) == ("GET", "/e/search/result/?searchid=7")
    assert [case.site for case in world.all(Case)] == [world.pirate.host]


def brave(world: World) -> Callable[[Line], None]:
    results = [
        {
            "title": f"{TITLE}在线阅读",
            "url": world.pirate.url("/read/1.html"),
            "description": "免费全文",
        },
        {"title": "菜谱", "url": world.unrelated.url("/recipes"), "description": ""},
        {"title": f"{TITLE} txt", "url": world.pirate.url("/files/sanguo.txt")},
    ]
    answer = {"type": "search", "web": {"type": "search", "results": results}}
    return content(json.dumps(answer).encode(), "application/json")


def baidu(world: World) -> Callable[[Line], None]:
    answer = {
        "request_id": "1",
        "references": [
            {
                "id": 1,
                "title": f"{TITLE}全文阅读",
                "url": world.pirate.url("/read/1.html"),
                "content": "……",
                "type": "web",
            }
        ],
    }
    return content(json.dumps(answer).encode(), "application/json")


def test_engines_are_asked_with_keys_that_are_kept_nowhere(world: World) -> None:
    world.pirate.routes["/files/sanguo.txt"] = text(NOVEL)
    with Site(fallback=brave(world)) as one, Site(fallback=baidu(world)) as two:
        for engine, site, path in (("BRAVE", one, "/res/v1/web/search"), ("BAIDU", two, "/v2/ws")):
            world.program = Program(
                world.folder,
                settings={
                    **world.program.settings,
                    f"MARQUE_SEARCH__KEYS__{engine}": f"{KEY}-{engine}",
                    f"MARQUE_SEARCH__ADDRESSES__{engine}": site.url(path),
                    "MARQUE_LOG_LEVEL": "debug",
                },
            )
        allowed = (*world.allowed, "--allow", one.host, "--allow", two.host)
        ended = world.run(
            *("crawl", "--engine", "brave", "--engine", "baidu", "--works", world.works[TITLE]),
            *(*allowed, "--delay", "0", "--channel", "literature", "--search-pages", "1"),
        )
        assert {site.headers.get("x-subscription-token") for site in one.asked} == {f"{KEY}-BRAVE"}
        assert {site.headers.get("authorization") for site in two.asked} == {f"Bearer {KEY}-BAIDU"}
        assert {site.method for site in two.asked} == {"POST"}
        wanted = {json.loads(site.body)["messages"][0]["content"] for site in two.asked}
        assert wanted == {
            *(TITLE, f"{TITLE} 免费阅读", f"{TITLE} txt 下载", f"{TITLE} 百度网盘"),
            f"{TITLE} epub",
        }
        assert {parse_qs(urlsplit(site.path).query)["q"][0] for site in one.asked} == wanted
    assert "robots.txt" not in str(one.paths() + two.paths())
    assert world.unrelated.paths() == []
    assert sorted(world.pirate.paths()) == [
        *("/files/sanguo.txt", "/read/1.html", "/read/2.html", "/robots.txt"),
    ]
    assert not any("referer" in site.headers for site in world.pirate.asked[:2])
    seen = {urlsplit(one.url).path: one for one in world.all(Sighting)}
    assert seen["/files/sanguo.txt"].referrer is None
    assert any(fact.startswith(f"found_by:{one.url('/res/')}") for fact in
               seen["/files/sanguo.txt"].shown_facts)  # fmt: skip
    assert [case.site for case in world.all(Case)] == [world.pirate.host]
    assert KEY not in ended.err + ended.out
    queries = (one.url("/res/"), two.url("/v2/"))
    queried = [query for query in world.all(Sighting) if query.url.startswith(queries)]
    assert len(queried) == 2 * len(wanted)
    for query in queried:
        assert query.capture is not None
        captured = world.store.blobs.path(query.capture).read_bytes()
        records = gzip.decompress(captured)
        assert KEY.encode() not in records
        assert b"[key withheld]" in records
    kept = [path for path in (world.folder / "data").rglob("*") if path.is_file()]
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_an_engine_without_a_key_is_refused_before_anything_is_asked(world: World) -> None:
    ended = world.run("crawl", "--engine", "brave", code=2)
    assert "EngineNotSet" in ended.err
    refused = world.run("targets", "add", "--search", "https://a.example/?q={nonsense}", code=2)
    assert "InvalidTemplate" in refused.err
    assert world.run("targets", "list").objects == []


def quark(providers: Providers) -> Callable[[Line], None]:
    def answer(line: Line) -> None:
        path = line.asked.path
        if path.endswith("/robots.txt"):
            status(404)(line)
        elif path.startswith("/pan.quark.cn/s/"):
            page("<title>夸克网盘</title><div id=app></div>")(line)
        else:
            providers.answer(line)

    return answer


def test_results_are_visited_as_what_they_are(world: World) -> None:
    """A share of a crawl of books is visited as a share: its channel says so."""
    links = [
        world.link(world.pirate, "/files/三国演义.txt", f"{TITLE} txt"),
        f"<a href=https://pan.quark.cn/s/0123456789ab>{TITLE} 夸克网盘</a>",
    ]
    world.pirate.routes["/files/" + quote(f"{TITLE}.txt")] = text(NOVEL)
    world.search.routes[f"/s?q={quote(TITLE)}"] = page("".join(links))
    providers = Providers({"0123456789ab": Shelved({f"{TITLE}.txt": 9_000})})
    with Site(fallback=quark(providers)) as mirror:
        world.program = Program(world.folder, settings={"MIRROR_PORT": str(mirror.port)})
        ended = world.program.run(
            *(MIRRORED, "crawl", "--search", world.search.url("/s?q={title}")),
            *("--works", world.works[TITLE], *world.allowed, "--allow", mirror.host),
            *("--delay", "0", "--channel", "literature", "--data", str(world.folder / "data")),
        )
    assert ended.code == 0, ended.err
    (share,) = [one for one in world.all(Sighting) if "quark" in one.url]
    assert share.channel is Channel.CLOUDSHARE
    assert {"provider:quark", "state:live", "files:1"} <= set(share.shown_facts)
    assert f"names_work:{world.works[TITLE]}" in share.shown_facts
    (case,) = world.all(Case)
    assert case.site == world.search.host  # a site's own search offers the file


def test_a_withdrawn_work_is_searched_for_no_more(world: World) -> None:
    answering(world)
    records = world.store.records
    stored = records.get(Work, world.works[TITLE])
    records.delete(Work, stored.record.id, expect=stored.version)
    search = world.search.url("/s?q={title}&page={page}")
    world.run("crawl", "--search", search, *world.allowed, "--delay", "0")
    assert asked(world.search) == [{"q": OTHER_TITLE, "page": "1"}]
