"""Which shares a page leads to, and what is noted of them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.http import Request, Response

from crawlers.errors import ShareUnanswered
from crawlers.frontier.contract import Discovery, Lease
from crawlers.leasing import LEASE
from crawlers.links import canonical
from crawlers.outcomes import Refusal
from crawlers.shares.links import shares_in_text
from crawlers.shares.providers.contract import Ask, Entry, Reply, ShareState
from crawlers.shares.providers.inquiry import Listing
from crawlers.shares.public_files import file_by_address, file_inquired
from crawlers.spiders.cloudshare.facts import facts_of_named, facts_of_share, title_of, works_named
from crawlers.spiders.cloudshare.spider import SHARE, CloudshareSpider, share_at
from crawlers.spiders.cloudshare.visits import Inquiry, Visited
from index.documents import Work, WorkKind, now
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.shares.share import Share
    from index.contract import Query

BAIDU = "https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv"
BTIH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


def spider() -> CloudshareSpider:
    made = CloudshareSpider()
    made.plan = SimpleNamespace(ignore_robots_because="", max_body_bytes=10**6)  # type: ignore[assignment]
    return made


def found(markup: str, *, depth: int = 0) -> list[Discovery]:
    return list(
        spider().discoveries(page_of(f"<html>{markup}", "http://bbs.example/t/1", depth=depth))
    )


def shares(markup: str, *, depth: int = 0) -> list[Discovery]:
    return [one for one in found(markup, depth=depth) if one.role == "share"]


def one_share(text: str) -> Share:
    (share,) = shares_in_text(text)
    return share


def test_shares_are_queued_with_what_is_said_of_them() -> None:
    (queued,) = shares(
        f"<p>《繁花》全集 4.5GB 链接：{BAIDU} 提取码：ab12 解压密码：www.a.cc</p>", depth=2
    )
    assert (queued.url, queued.depth, queued.referrer) == (BAIDU, 2, "http://bbs.example/t/1")
    share = share_at(queued)
    assert share is not None
    assert (share.provider, share.code, share.unpack_password) == ("baidu", "ab12", "www.a.cc")
    assert json.loads(json.dumps(dict(queued.context)))[SHARE]["code"] == "ab12"


def test_hash_links_are_facts_and_wait_in_no_queue() -> None:
    text = (
        f"magnet:?xt=urn:btih:{BTIH} ed2k://|file|a.mkv|1234567|5E4F2A7F6C0B1D2E3F405162738495A6|/"
    )
    assert shares(f"<p>{text}</p>") == []
    facts = list(facts_of_named(shares_in_text(text)))
    assert facts == [f"magnet:{BTIH}", "ed2k:5e4f2a7f6c0b1d2e3f405162738495a6"]


def test_what_thunder_wraps_is_a_medium_and_a_torrent_a_share() -> None:
    markup = (
        "<a href='thunder://QUFodHRwOi8vYS5leGFtcGxlL2IucmFyWlo='>x</a>"
        "<a href='http://c.example/d.torrent'>y</a>"
    )
    discoveries = found(markup)
    assert "http://a.example/b.rar" in [one.url for one in discoveries if one.role == "media"]
    assert [one.url for one in discoveries if one.role == "share"] == ["http://c.example/d.torrent"]


def test_short_links_are_looked_behind() -> None:
    assert ("http://t.cn/A6abcdef", "media") in [
        (one.url, one.role) for one in found("<a href=http://t.cn/A6abcdef>链接</a>")
    ]


def test_markup_beyond_reading_names_nothing() -> None:
    page = page_of("<div>" * 30_000 + BAIDU)
    assert list(spider().listed(page)) == []


def test_a_text_that_names_shares_is_read() -> None:
    page = page_of(f"链接 {BAIDU} 提取码 ab12".encode(), headers={"Content-Type": "text/plain"})
    assert [one.url for one in spider().listed(page)] == [BAIDU]


@pytest.mark.parametrize(
    ("discovery", "is_share"),
    [
        (Discovery(url=BAIDU), True),
        (Discovery(url=f"{BAIDU}?pwd=ab12"), False),
        (Discovery(url=BAIDU, depth=3), False),
        (Discovery(url=BAIDU, depth=3, context={"redirects": ["http://t.cn/A6abcdef"]}), True),
        (Discovery(url=f"http://bbs.example/go?url={BAIDU}"), False),
        (Discovery(url="http://bbs.example/"), False),
    ],
)
def test_a_starting_address_may_be_a_share(discovery: Discovery, is_share: bool) -> None:  # noqa: FBT001
    assert (share_at(discovery) is not None) is is_share


def test_a_start_with_a_code_leads_to_its_share() -> None:
    page = page_of("<html><p>app</p>", f"{BAIDU}?pwd=ab12")
    (queued,) = spider().listed(page)
    share = share_at(queued)
    assert queued.url == BAIDU
    assert share is not None
    assert share.code == "ab12"


@pytest.mark.parametrize(
    ("status", "role", "takes"),
    [
        (404, "share", True),
        (302, "share", True),
        (200, "share", False),
        (403, "share", False),
        (503, "share", False),
        (404, "page", False),
    ],
)
def test_the_page_of_a_dead_share_is_a_visit(status: int, role: str, takes: bool) -> None:  # noqa: FBT001
    told: dict[str, Any] = {SHARE: {"provider": "baidu", "id": "1x", "url": BAIDU}}
    context = told if role == "share" else {}
    discovery = Discovery(url=BAIDU, role=role, depth=1, context=context)
    lease = Lease(crawl_id="c", token="1", discovery=discovery, attempt=1, expires_at=0.0)  # noqa: S106
    request = Request(BAIDU, meta={LEASE: lease})
    response = Response(BAIDU, status=status, headers={"Location": "/error"}, request=request)
    assert spider().takes(response) is takes


def test_files_of_a_folder_are_shares_of_their_own_unless_they_are_large() -> None:
    made = spider()
    share = one_share("https://www.lanzoui.com/b0abc123x")
    page = page_of("<html>", share.url, role="share")
    entries = (
        Entry("iAbC12d3e4f5", "上册.txt", is_folder=False, size_bytes=1000),
        Entry("iAbC12d3e4f6", "下册.txt", is_folder=False, size_bytes=10**9),
        Entry("b0abc123y", "更多", is_folder=True),
    )
    listing = Listing(ShareState.LIVE, entries=entries)
    made._visited[page.response] = Visited(share, listing, "", b"")
    assert [(one.url, one.context["title"]) for one in made.listed(page)] == [
        ("https://www.lanzoui.com/iAbC12d3e4f5", "上册.txt")
    ]


def test_another_code_opens_a_share_that_was_locked_but_not_any_number() -> None:
    made = spider()
    made._locked[BAIDU] = {""}
    urls = []
    for number in range(1, 9):
        page = page_of(f"<html><p>{BAIDU} 提取码：ab1{number}</p>", "http://bbs.example/")
        urls += [one.url for one in made.discoveries(page) if one.role == "share"]
    assert urls[:4] == [*(f"{BAIDU}?pwd=ab1{number}" for number in (1, 2, 3)), BAIDU]
    assert set(urls[3:]) == {BAIDU}


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("https://pixeldrain.com/u/AbCd1234", "https://pixeldrain.com/api/file/AbCd1234"),
        (
            "https://www.dropbox.com/s/abcdefghij12345",
            "https://www.dropbox.com/s/abcdefghij12345?dl=1",
        ),
        (BAIDU, ""),
    ],
)
def test_where_files_lie_that_anyone_may_have(link: str, file: str) -> None:
    share = one_share(link)
    assert file_by_address(share) == file
    assert file == "" or canonical(file) is not None


def test_a_locked_file_of_lanzou_is_told_by_its_form() -> None:
    share = one_share("https://www.lanzoui.com/iAbC12d3e4f5 密码:9527")
    form = Ask("https://www.lanzoui.com/ajaxm.php?file=1", "file", method="POST")
    given = Reply(200, json.dumps({"zt": 1, "dom": "https://a.example", "url": "?b"}).encode())
    wrong = Reply(200, json.dumps({"zt": 0, "dom": "", "url": "0", "inf": "密码不正确"}).encode())
    assert _ended(share, form, given) == "https://a.example/file/?b"
    assert _ended(share, form, wrong) == ""


def _ended(share: Share, ask: Ask, reply: Reply) -> str:
    inquiry = file_inquired(share, [(ask, reply)])
    with pytest.raises(StopIteration) as ended:
        next(inquiry)
    assert isinstance(ended.value.value, str)
    return ended.value.value


def test_facts_of_a_share() -> None:
    entries = (
        Entry("1", "a", is_folder=True),
        Entry("2", "a/b.txt", is_folder=False, size_bytes=10, hash="md5:" + "0" * 32),
        Entry("3", "a/c.txt", is_folder=False, size_bytes=5, hash="md5:" + "0" * 32),
    )
    listing = Listing(ShareState.LIVE, title="书", owner="阿三", entries=entries)
    assert list(facts_of_share(Visited(one_share(BAIDU), listing, "", b""))) == [
        *("provider:baidu", f"share:{BAIDU}", "state:live", "owner:阿三", "files:2", "bytes:15"),
        "md5:" + "0" * 32,
    ]


def test_a_file_is_called_by_its_own_name() -> None:
    single = Listing(ShareState.LIVE, title="文件", entries=(Entry("", "书.txt", is_folder=False),))
    folder = Listing(ShareState.LIVE, title="合集", entries=(Entry("", "书", is_folder=True),))
    share = one_share("《某书》 https://www.lanzoui.com/iAbC12d3e4f5")
    nothing = Listing(ShareState.UNKNOWN)
    titles = [title_of(Visited(share, one, "", b"")) for one in (single, folder, nothing)]
    assert titles == ["书.txt", "合集", share.title]


@pytest.mark.parametrize("reason", ["rate_limited", "no_reply"])
def test_a_provider_that_says_nothing_for_now_is_asked_again(reason: str) -> None:
    crawler: Any = None
    inquiry = Inquiry(crawler, page_of("", BAIDU))
    inquiry.failure = Refusal(code="timeout", reason="", temporary=True)
    with pytest.raises(ShareUnanswered):
        inquiry.check(Listing(ShareState.UNKNOWN, reason))


def test_a_provider_that_refuses_is_left_alone() -> None:
    crawler: Any = None
    inquiry = Inquiry(crawler, page_of("", BAIDU))
    inquiry.failure = Refusal(code="refused_by_robots", reason="")
    inquiry.check(Listing(ShareState.UNKNOWN, "no_reply"))
    assert (
        json.loads(inquiry.record(one_share(BAIDU), Listing(ShareState.UNKNOWN)))["requests"] == []
    )


class Shelf:
    """Records in which words find works by their titles."""

    def __init__(self, *titles: str) -> None:
        self.works = [
            Work(
                id=title,
                title=title,
                category=WorkKind.LITERATURE,
                holder="H",
                registered_at=now(),
            )
            for title in titles
        ]

    def find(self, query: Query[Work], *, limit: int) -> SimpleNamespace:
        fitting = [one for one in self.works if query.words in one.title]
        return SimpleNamespace(items=[SimpleNamespace(record=one) for one in fitting[:limit]])


def test_works_are_named_by_whole_titles() -> None:
    shelf: Any = Shelf("三国演义", "三国演义人物谱系考", "红楼梦")
    names = ["三国演义 全本.txt", "封面.jpg", "[红楼梦]第01集.mp4"]
    assert works_named(shelf, names) == ["三国演义", "红楼梦"]
    assert works_named(shelf, ["a.txt", "", "三国.txt"]) == []
