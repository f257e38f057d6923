"""Addresses that lead behind the crawler's back: none is connected to, whoever names it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import Program
from tests.fetching import Fetched, Fetching
from tests.servers import Site, page, redirect, text
from tests.trap import Trap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LITERALS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.000.000.001", "127.255.255.254"),
    *("2130706433", "0x7f000001", "0X7F.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "017700000001"),
    *("0000000177.0.0.1", "0x000000007f000001", "127.0x0.00.1", "0", "0.0.0.0", "0x0"),  # noqa: S104
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "𝟏𝟐𝟕.𝟎.𝟎.𝟏"),
    *(
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "127.0.0.1%00",
        "localhost",
        "LOCALHOST",
        "ｌocalhost",
    ),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::127.0.0.1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::FFFF:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001:db8::1]", "[3fff::1]"),
    *("[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]"),
    *("10.0.0.1", "012.0.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "169.254.169.254"),
    *(
        "2852039166",
        "0xa9fea9fe",
        "169.254.43518",
        "[::ffff:a9fe:a9fe]",
        "172.16.0.1",
        "192.0.0.192",
    ),
    *("192.0.2.1", "192.88.99.1", "192.168.257", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "256.0.0.1", "127.0.0.1.5", "4429185025"),
    *("user:secret@127.0.0.1", "93.184.216.34@127.0.0.1", "user%40x:y@[::1]"),
]
NAMES = {
    "private.test": [["127.0.0.1"]],
    "aaaa-only.test": [["::1"]],
    "both.test": [["93.184.216.34", "127.0.0.1"]],
    "both-families.test": [["2606:2800:220:1::1", "10.0.0.1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "local.test": [["fe80::1"]],
    "anywhere.test": [["0.0.0.0"]],  # noqa: S104
    "metadata.google.internal": [["169.254.169.254"]],
    "instance-data.ec2.internal": [["fd00:ec2::254"]],
    "metadata.aliyun.test": [["100.100.100.200"]],
    "metadata.azure.test": [["168.63.129.16"]],
    "broadcast.test": [["255.255.255.255"]],
}
CODES = (301, 302, 303, 307, 308)
FORMS = (
    "http://127.1:{port}/{code}",
    "//0x7f.1:{port}/{code}",
    "http://[::1]:{port}/{code}",
    "http://user@127.0.0.1:{port}/{code}#part",
    "HTTP://%31%32%37.0.0.1:{port}/{code}/up",
    "/there?{code}",
)
ASTRAY = (
    "http:\\\\2130706433:{port}\\",
    "http:/127.1:{port}/",
    "///127.1:{port}/",
    "http://127.0.0.1\t:{port}/",
)
PORTS = (22, 25, 53, 110, 143, 445, 6379, 5432, 6667, 11211, 2375)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    with Trap() as found:
        yield found


@pytest.fixture(scope="module")
def outcomes(trap: Trap, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fetched]:
    """Ask for all of them, in one process that notes where it connects to."""
    with Site(fallback=page("<p>open")) as site:
        fetch = Fetching(data=tmp_path_factory.mktemp("fetched"), allow=(site.host,), names=NAMES)
        hosts = [*LITERALS, *NAMES]
        urls = {host: f"http://{host}:{trap.port}/" for host in hosts}
        *refused, open_one = fetch(*urls.values(), site.url(), together=True)
        assert open_one.body == b"<p>open"
        assert set(fetch.connections()) == {site.host}
    return dict(zip(urls, refused, strict=True))


@pytest.mark.parametrize("host", [*LITERALS, *NAMES])
def test_no_spelling_and_no_name_leads_behind_our_back(
    host: str, outcomes: dict[str, Fetched], trap: Trap
) -> None:
    assert outcomes[host].error == "ForbiddenAddress", outcomes[host].reason
    assert trap.came == []


def test_ports_at_which_no_web_server_is_are_refused_unless_allowed(tmp_path: Path) -> None:
    fetch = Fetching(
        data=tmp_path, names={"public.test": [["127.0.0.1"]]}, allow=("public.test:79",)
    )
    urls = [f"http://public.test:{port}/" for port in PORTS]
    *refused, allowed = fetch(*urls, "http://public.test:79/", together=True)
    assert {found.error for found in refused} == {"ForbiddenPort"}
    assert allowed.error == "DownloadConnectionRefusedError"
    assert fetch.connections() == ["127.0.0.1:79"]


def test_a_name_that_is_rebound_after_its_check_is_refused(tmp_path: Path, trap: Trap) -> None:
    with Site(fallback=page("<p>first")) as site:
        name = f"rebound.test:{site.port}"
        # Allowed by name at the site's port only: at the trap's, every answer is checked.
        fetch = Fetching(
            data=tmp_path,
            allow=(name,),
            names={"rebound.test": [["127.0.0.1"], ["127.0.0.1"]]},
        )
        first, second = fetch(f"http://{name}/", f"http://rebound.test:{trap.port}/")
    assert (first.body, second.error) == (b"<p>first", "ForbiddenAddress")
    assert trap.came == []


MARKUP = """
<base href="http://{site}/"><title>t</title>
<meta http-equiv="refresh" content="0; url=http://127.1:{trap}/refresh">
<meta property="og:image" content="http://0x7f.1:{trap}/og.png">
<link rel="next" href="http://[::1]:{trap}/next">
<link rel="image_src" href="//2130706433:{trap}/s.png">
<link rel="stylesheet" href="http://127.1:{trap}/style.css">
<script src="//127.1:{trap}/s.js"></script>
<img src="http://127.0.0.1:{trap}/a.png"><img data-src="http://0177.0.0.1:{trap}/b.png">
<img srcset="http://127.1:{trap}/c.png 1x, http://[::ffff:7f00:1]:{trap}/d.png 2x">
<picture><source srcset="//localhost:{trap}/e.png"></picture>
<video poster="http://①②⑦.0.0.1:{trap}/f.png" src="http://127.1:{trap}/v.mp4"></video>
<p style="background: url(http://127。0。0。1:{trap}/g.png)">
<img src="http:\\\\127.0.0.1:{trap}\\h.png"><img src="ht&#9;tp://127.0.0&#10;.1:{trap}/i.png">
<img src="http://user@127.0.0.1:{trap}/j.png"><img src="http://%31%32%37.0.0.1:{trap}/k.png">
<img src="http://127.0.0.1.:{trap}/l.png"><img src="///127.1:{trap}/m.png">
<img src="http://[::1%25lo]:{trap}/n.png"><img src="http://0:{trap}/o.png">
<iframe src="http://127.0.0.1:{trap}/frame"></iframe><a href="http://127.1:{trap}/list.txt">t</a>
<object data="http://127.1:{trap}/o.pdf"></object><embed src="http://127.1:{trap}/e.swf">
<audio src="http://127.1:{trap}/a.mp3"></audio><form action="http://127.1:{trap}/form"></form>
<a href="http://127.0.0.1:{trap}/page" ping="http://127.1:{trap}/ping">a</a>
<img src="/moved.png"><a href="/good">good</a>
"""


@pytest.mark.parametrize("render", ["never", "always"])
def test_nothing_on_a_page_and_no_redirect_leads_behind_our_back(
    render: str, tmp_path: Path
) -> None:
    with Trap() as trap, Site(fallback=page("<p>fine")) as site:
        site.routes["/"] = page(MARKUP.format(site=site.host, trap=trap.port))
        site.routes["/moved.png"] = redirect(f"http://127.1:{trap.port}/moved.png")
        site.routes["/robots.txt"] = redirect(f"http://127.1:{trap.port}/robots.txt")
        seeds = ["/"]
        for code in CODES:
            site.routes[f"/there?{code}"] = redirect(f"http://0177.1:{trap.port}/{code}/there")
            for number, form in enumerate((*FORMS, *ASTRAY)):
                seeds.append(f"/{code}/{number}")
                to = form.format(port=trap.port, code=code)
                site.routes[seeds[-1]] = redirect(to, code)
        data = tmp_path / "data"
        program = Program(
            tmp_path,
            settings={"MARQUE_DATA": str(data), **_noting_connections(tmp_path)},
        )
        robots = "a test of something else"
        ended = program.run(
            *("crawl", *map(site.url, seeds), "--allow", site.host, "--delay", "0", "--json"),
            *("--render", render, "--ignore-robots-because", robots),
        )
        assert ended.code == 0, ended.err
        failed = ended.object["failed"]
        assert trap.came == []
        assert set(_noted(tmp_path)) == {site.host}
        assert "/good" in site.paths()
        assert failed["forbidden_address"] >= len(CODES) * len(FORMS)


def test_a_robots_txt_that_leads_behind_our_back_is_none_and_a_no(tmp_path: Path) -> None:
    with Trap() as trap, Site(fallback=page("<p>fine")) as site, Site() as other:
        site.routes["/robots.txt"] = redirect(f"http://127.1:{trap.port}/robots.txt")
        other.routes["/robots.txt"] = text("User-agent: *\nSitemap: http://127.1:1/map.xml")
        other.routes["/"] = page("<p>open")
        fetch = Fetching(data=tmp_path, allow=(site.host, other.host), robots=True)
        closed, open_one = fetch(site.url(), other.url())
        assert closed.error == "RobotsUnreachable"
        assert open_one.body == b"<p>open"
        assert trap.came == []
        assert set(fetch.connections()) == {site.host, other.host}


def _noting_connections(folder: Path) -> dict[str, str]:
    """Have every process of the program note where it connects to (PEP 578)."""
    hooks = folder / "hooks"
    hooks.mkdir()
    file = folder / "connections.jsonl"
    file.touch()
    (hooks / "sitecustomize.py").write_text(
        "import json, sys\n"
        "def note(event, arguments):\n"
        "    if event == 'socket.connect' and isinstance(arguments[1], tuple):\n"
        f"        with open({str(file)!r}, 'a') as noted:\n"
        "            noted.write(json.dumps(arguments[1][:2]) + '\\n')\n"
        "sys.addaudithook(note)\n"
    )
    return {"PYTHONPATH": str(hooks)}


def _noted(folder: Path) -> Iterator[str]:
    for line in (folder / "connections.jsonl").read_text().splitlines():
        host, port = json.loads(line)
        yield f"{host}:{port}"
