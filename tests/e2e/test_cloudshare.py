"""Cloud shares: from a forum's posts over the shares they name to a case."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Match, Sighting, Work
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels import mirrored
from tests.e2e.program import Program
from tests.servers import Site, content, page, redirect, status
from tests.shares import Providers, Shelved

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import Line

MIRRORED = str(Path(mirrored.__file__).resolve())
NOVEL = shipped_content().texts[0].words[:12_000]
TITLE = "三国演义"
SIZE = len(NOVEL.encode())

POPULAR = "1AbCdEfGhIjKlMnOpQrStUv"
HABITS = (
    "<p>链接：https://pan.baidu.com/s/{id} 提取码：ab12 --来自百度网盘超级会员v5的分享</p>",
    "<p><a href='https://pan.baidu.com/s/{id}?pwd=ab12'>点我下载</a></p>",
    "<p>pan.baidu.com/s/{id} 提取码 ab12</p>",
    "<p>链接: https://pan.baidu.com/s/{id}?pwd=ab12 提取码: ab12 复制后打开手机App</p>",
    "<p>百度网盘：<b>https://pan.baidu.com/s/{id}</b><br>密码：ab12 解压密码：www.pirate.cc</p>",
    "<p>https://pan。baidu。com/s/{id} 码:ab12</p>",
    "<p>hxxps://pan.baidu.com/s/{id} (ab12)</p>",
    "<table><tr><td>百度</td><td>https://pan.baidu.com/s/{id}</td><td>提取码：ab12</td></tr></table>",
    "<button onclick=\"window.open('https://pan.baidu.com/s/{id}?pwd=ab12')\">下载</button>",
    "<p>網盤連結 https://pan.baidu.com/share/init?surl={short} 提取碼:ab12</p>",
)
BTIH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"
ED2K = "5e4f2a7f6c0b1d2e3f405162738495a6"
TORRENT = (
    b"d8:announce19:http://t.example/an4:infod6:lengthi1234e4:name12:sanguo_1.mp4"
    b"12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee"
)
INFOHASH = hashlib.sha1(  # noqa: S324  what torrents are known by
    TORRENT[TORRENT.index(b"4:info") + 6 : -1]
).hexdigest()
THUNDER = base64.b64encode(b"AAhttp://files.pirate.example/sanguo.txtZZ").decode()
POSTS = {
    "dead": "<p>阿里云盘 https://www.alipan.com/s/AbCdEfGh123 某资料</p>",
    "banned": "<p>夸克网盘 https://pan.quark.cn/s/0123456789ab 某资料</p>",
    "wrong": "<p>迅雷 https://pan.xunlei.com/s/VNabcdefghijklmnopqrstuvA1 提取码：zz99</p>",
    "locked": "<p>https://www.123pan.com/s/AbCdEf-GhIj1 密码私信</p>",
    "expired": "<p>天翼云盘 https://cloud.189.cn/t/AbCdEf123456（访问码：ab12）</p>",
    "captcha": "<p>PikPak https://mypikpak.com/s/VNabcdefghijklmnopqrstuvo1</p>",
    "unasked": "<p>ctfile: https://www.jianguoyun.com/p/DabcDEFghIJklMNopQRst</p>",
    "file": "<p>三国演义全文 https://wwa.lanzoux.com/iAbC12d3e4f5</p>",
    "secret": "<p>三国演义全文 https://wwa.lanzoux.com/iZyX98w7v6u5 密码:9527</p>",
    "folder": "<p>合集 https://www.lanzoui.com/b0abc123x</p>",
    "hashes": f"<p>magnet:?xt=urn:btih:{BTIH}&dn=x ed2k://|file|a.mkv|1234567|{ED2K}|/</p>",
    "thunder": f"<a href='thunder://{THUNDER}'>迅雷下载</a>",
    "torrent": "<p><a href=/t/sanguo.torrent>种子</a></p>",
    "coded": "<p>扫码下载</p><img src=/qr.png>",
    "reply": "<p>求密码</p><p>https://115.com/s/swabc123xyz</p>",
    "answer": "<p>https://115.com/s/swabc123xyz 访问码：k9k9</p>",
}  # fmt: skip
SHELF = {
    POPULAR: Shelved(
        {"三国": {f"{TITLE} 全本.txt": SIZE, "封面.jpg": 54_321}}, "ab12", title="资料"
    ),
    "AbCdEfGh123": Shelved({"a.txt": 1}, "", "cancelled"),
    "0123456789ab": Shelved({"a.txt": 1}, "", "banned"),
    "VNabcdefghijklmnopqrstuvA1": Shelved({"a.txt": 1}, "ab12"),
    "AbCdEf-GhIj1": Shelved({"a.txt": 1}, "ab12"),
    "AbCdEf123456": Shelved({"a.txt": 1}, "ab12", "expired"),
    "VNabcdefghijklmnopqrstuvo1": Shelved({"a.txt": 1}, "", "captcha"),
    "iAbC12d3e4f5": Shelved({f"{TITLE}.txt": SIZE}),
    "iZyX98w7v6u5": Shelved({f"{TITLE}.txt": SIZE}, "9527"),
    "iQrC0d3a1b2c": Shelved({f"{TITLE}.txt": SIZE}),
    "b0abc123x": Shelved({f"{TITLE}.txt": SIZE}, title="合集"),
    "i0": Shelved({f"{TITLE}.txt": SIZE}),
    "swabc123xyz": Shelved({"笔记.pdf": 9 * 2**20}, "k9k9", title="笔记"),
}
LANZOU_FRAME = """<html><body><div class="load"></div><script>
var wp_sign = 'sIgN3_c'; var ajaxdata = '?ctdf';
$.ajax({ type : 'post', url : '/ajaxm.php?file=777',
data : { 'action':'downprocess','websignkey':ajaxdata,'sign':wp_sign,'websign':'','kd':1,'ves':1 },
dataType : 'json' });</script></body></html>"""
CODE_GIVEN = re.compile(r"[?&](?:pwd|p|receive_code|accessCode|pass_code|SharePwd)=([^&]+)")
UNLOCKED = {"zt": 1, "dom": "https://oss.lan.example", "url": "?CW4", "inf": 0}


def plain(words: str) -> Callable[[Line], None]:
    return content(words.encode(), "text/plain; charset=utf-8")


def qr(words: str) -> bytes:
    """Return a picture in PNG whose code says so."""
    modules = np.pad(cv2.QRCodeEncoder.create().encode(words), 4, constant_values=255)
    _, data = cv2.imencode(".png", np.kron(modules, np.ones((8, 8), np.uint8)))
    return data.tobytes()


def forum(site: Site) -> None:
    """Fill a forum: many posts name one share, some say nothing or something else."""
    posts = {f"/t/{number}": one for number, one in enumerate(HABITS)}
    posts = {path: one.format(id=POPULAR, short=POPULAR[1:]) for path, one in posts.items()} | {
        f"/t/{name}": one for name, one in POSTS.items()
    }
    links = "".join(f"<li><a href={path}>{path}</a>" for path in posts)
    site.routes["/"] = page(
        f"<title>海盗论坛</title>{links}<a href=https://pan.baidu.com/>百度网盘</a>"
    )
    for path, one in posts.items():
        site.routes[path] = page(f"<title>主题{path}</title><h1>分享</h1>{one}<p>作者：阿猫</p>")
    site.routes["/qr.png"] = content(qr("https://wwa.lanzoux.com/iQrC0d3a1b2c"), "image/png")
    site.routes["/t/sanguo.torrent"] = content(TORRENT, "application/x-bittorrent")


def elsewhere(providers: Providers) -> Callable[[Line], None]:
    """Answer for the providers, by their pages and interfaces, and for servers of files."""
    files = {
        "/files.pirate.example/sanguo.txt": plain(NOVEL),
        "/d.example/file/x": redirect("https://cdn.lan.example/secret.txt"),
        "/cdn.lan.example/secret.txt": plain(NOVEL),
        "/oss.lan.example/file/?CW4": plain(NOVEL),
        "/www.lanzoui.com/fn?A1": page(LANZOU_FRAME),
        "/www.lanzoui.com/ajaxm.php?file=777": content(json.dumps(UNLOCKED).encode()),
    }

    def answer(line: Line) -> None:
        host, _, rest = line.asked.path.removeprefix("/").partition("/")
        if line.asked.path in files:
            files[line.asked.path](line)
        elif rest == "robots.txt":
            status(404)(line)
        elif rest.startswith(("s/", "t/", "p/")):
            page(f"<title>{host}</title><div id=app></div><script src=/app.js></script>")(line)
        else:
            providers.answer(line)

    return answer


class Crawled:
    """A crawl of the forum, its store, and what the mirror was asked."""

    def __init__(self, folder: Path) -> None:
        self.providers = Providers(dict(SHELF))
        with Site() as site, Site(fallback=elsewhere(self.providers)) as mirror:
            forum(site)
            self.forum = site.host
            program = Program(folder, settings={"MIRROR_PORT": str(mirror.port)})
            (folder / "a.txt").write_text(NOVEL, "utf-8")
            data = ("--data", str(folder / "data"), "--json")
            work = ("--kind", "literature", "--holder", "H", "--title", TITLE)
            added = program.run("works", "add", "a.txt", *work, *data)
            assert added.code == 0, added.err
            allowed = ("--allow", site.host, "--allow", mirror.host, "--delay", "0")
            ended = program.run(
                *(MIRRORED, "crawl", site.url("/"), "--channel", "cloudshare"), *allowed, *data
            )
            assert ended.code == 0, ended.err
            assert ended.object["finished"]
            self.cases: list[dict[str, Any]] = program.run("cases", "list", *data).objects
            self.paths, self.asked = mirror.paths(), list(mirror.asked)
        self.store = open_store(StoreLocation(folder / "data"))
        seen = [one.record for one in scan(self.store.records, Query(Sighting))]
        self.seen = {one.url.partition("://")[2].partition("/")[2]: one for one in seen}
        self.matches = [one.record for one in scan(self.store.records, Query(Match))]
        (self.work,) = (one.record for one in scan(self.store.records, Query(Work)))

    def share(self, path: str) -> Sighting:
        return self.seen[path]

    def record(self, sighting: Sighting) -> dict[str, Any]:
        assert sighting.gathered is not None
        found: dict[str, Any] = json.loads(self.store.blobs.path(sighting.gathered).read_bytes())
        return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return Crawled(tmp_path_factory.mktemp("cloudshare"))


def test_what_anyone_may_have_is_fetched_and_makes_a_case(crawled: Crawled) -> None:
    hosts = {urlsplit(one.url).hostname for one in crawled.matches}
    assert hosts == {"files.pirate.example", "oss.lan.example", "cdn.lan.example"}
    assert {case["title"] for case in crawled.cases} == {TITLE}
    assert {case["site"]: case["sites"] for case in crawled.cases} == {
        crawled.forum: [crawled.forum, "files.pirate.example"],
        "lanzoui.com": ["cdn.lan.example", "lanzoui.com", "oss.lan.example"],
    }
    titled = crawled.seen["secret.txt"]
    assert titled.title == f"{TITLE}.txt"
    assert {"provider:lanzou", "share:https://www.lanzoui.com/iZyX98w7v6u5"} <= set(
        titled.shown_facts
    )
    assert titled.redirects == ("https://d.example/file/x",)


def test_a_share_is_visited_once_however_many_posts_name_it(crawled: Crawled) -> None:
    asked = Counter(crawled.paths)
    assert asked[f"/pan.baidu.com/s/{POPULAR}"] == 1
    verified = [one for one in crawled.providers.asked if one == "pan.baidu.com/share/verify"]
    assert len(verified) == 1
    url = f"share:https://pan.baidu.com/s/{POPULAR}"
    naming = [path for path, one in crawled.seen.items() if url in one.shown_facts]
    assert sorted(naming) == sorted([f"s/{POPULAR}", *(f"t/{n}" for n in range(len(HABITS)))])


def test_a_listing_is_kept_with_its_evidence(crawled: Crawled) -> None:
    seen = crawled.share(f"s/{POPULAR}")
    assert seen.title == "资料"
    assert {"provider:baidu", "state:live", "owner_id:4242", "files:2"} <= set(seen.shown_facts)
    assert seen.offered_on == "pan.baidu.com/u/4242"
    assert f"names_work:{crawled.work.id}" in seen.shown_facts
    assert any(one.startswith("md5:") for one in seen.shown_facts)
    record = crawled.record(seen)
    assert [one["path"] for one in record["entries"]] == [
        "三国", f"三国/{TITLE} 全本.txt", "三国/封面.jpg",
    ]  # fmt: skip
    assert record["complete"]
    assert all(crawled.store.blobs.path(one["capture"]).is_file() for one in record["requests"])
    assert not any(one.url == seen.url for one in crawled.matches)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("s/AbCdEfGh123", "cancelled"),
        ("s/0123456789ab", "banned"),
        ("s/VNabcdefghijklmnopqrstuvA1", "wrong_code"),
        ("s/AbCdEf-GhIj1", "needs_code"),
        ("t/AbCdEf123456", "expired"),
        ("s/VNabcdefghijklmnopqrstuvo1", "unknown"),
        ("p/DabcDEFghIJklMNopQRst", "unknown"),
        ("iAbC12d3e4f5", "live"),
        ("iZyX98w7v6u5", "live"),
        ("b0abc123x", "live"),
        ("i0", "live"),
        ("iQrC0d3a1b2c", "live"),
    ],
)
def test_the_state_of_a_share_is_on_record(crawled: Crawled, path: str, state: str) -> None:
    seen = crawled.share(path)
    assert f"state:{state}" in seen.shown_facts
    assert crawled.record(seen)["state"] == state


def test_a_code_that_another_post_gives_opens_a_share(crawled: Crawled) -> None:
    found = [one for path, one in crawled.seen.items() if path.startswith("s/swabc123xyz")]
    assert any("state:live" in one.shown_facts for one in found)


def test_a_code_in_a_picture_leads_to_its_share(crawled: Crawled) -> None:
    assert crawled.seen["qr.png"].facts[-1] == "qr:https://wwa.lanzoux.com/iQrC0d3a1b2c"
    assert crawled.share("iQrC0d3a1b2c").referrer == crawled.seen["qr.png"].url


def test_links_that_are_hashes_are_noted_and_fetched_by_nobody(crawled: Crawled) -> None:
    assert {f"magnet:{BTIH}", f"ed2k:{ED2K}"} <= set(crawled.seen["t/hashes"].shown_facts)
    torrent = crawled.seen["t/sanguo.torrent"]
    assert torrent.title == "sanguo_1.mp4"
    assert {f"magnet:{INFOHASH}", "files:1", "bytes:1234"} <= set(torrent.shown_facts)


def test_nobody_logs_in_guesses_codes_or_follows_the_providers_pages(crawled: Crawled) -> None:
    assert not [path for path in crawled.paths if "login" in path or "passport" in path]
    assert "/pan.baidu.com/" not in crawled.paths
    asked = [f"{one.path}&{one.body.decode()}" for one in crawled.asked]
    given = {code for one in asked for code in CODE_GIVEN.findall(one)}
    assert given == {"ab12", "zz99", "9527", "k9k9"}
    agents = {one.headers["user-agent"] for one in crawled.asked}
    assert len(agents) == 1
