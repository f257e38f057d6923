"""What providers say of shares, asked over real connections on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawlers.shares.links import shares_in_text
from crawlers.shares.providers import ADAPTERS
from crawlers.shares.providers.contract import ShareState
from crawlers.shares.providers.inquiry import Budget, Listing, inquire
from tests.servers import Site
from tests.shares import Providers, Shelved, fetched

if TYPE_CHECKING:
    from crawlers.shares.share import Share
    from tests.shares import Tree

IDS = {
    "baidu": ("https://pan.baidu.com/s/{}", "1AbCdEfGhIjKlMnOpQrStUv"),
    "aliyun": ("https://www.alipan.com/s/{}", "AbCdEfGh123"),
    "quark": ("https://pan.quark.cn/s/{}", "0123456789ab"),
    "uc": ("https://drive.uc.cn/s/{}", "0123456789abc"),
    "115": ("https://115.com/s/{}", "swabc123xyz"),
    "123": ("https://www.123pan.com/s/{}", "AbCdEf-GhIj1"),
    "tianyi": ("https://cloud.189.cn/t/{}", "AbCdEf123456"),
    "xunlei": ("https://pan.xunlei.com/s/{}", "VNabcdefghijklmnopqrstuvA1"),
    "pikpak": ("https://mypikpak.com/s/{}", "VNabcdefghijklmnopqrstuvo1"),
    "lanzou": ("https://www.lanzoui.com/{}", "b0abc123x"),
    "mobile139": ("https://caiyun.139.com/m/i?{}", "2AbCdEfGhIjKl"),
}
TREE: Tree = {
    "第一季": {"第01集.mp4": 700_000_000, "花絮": {"片场.txt": 1234}},
    "封面.jpg": 54_321,
}
PATHS = ["封面.jpg", "第一季", "第一季/第01集.mp4", "第一季/花絮", "第一季/花絮/片场.txt"]
FLAT: dict[str, int] = {"上册.pdf": 10 * 2**20, "下册.pdf": 11 * 2**20}


def share_of(provider: str, code: str = "") -> Share:
    """Return the share as the extractor finds it in a post."""
    form, id_ = IDS[provider]
    (share,) = shares_in_text(f"链接：{form.format(id_)} 提取码：{code}")
    assert (share.provider, share.id, share.code) == (provider, id_, code)
    return share


@pytest.fixture
def providers() -> Providers:
    """Give providers whose shelf is filled by the test."""
    return Providers({})


def asked(providers: Providers, share: Share, budget: Budget | None = None) -> Listing:
    """Inquire about a share at the loopback server."""
    with Site(fallback=providers.answer) as site:
        inquiry = inquire(ADAPTERS[share.provider], share, budget)
        ask = next(inquiry)
        while True:
            try:
                ask = inquiry.send(fetched(site, ask))
            except StopIteration as ended:
                listing: Listing = ended.value
                return listing


DEEP = [provider for provider in IDS if provider != "lanzou"]


@pytest.mark.parametrize("code", ["", "ab12"])
@pytest.mark.parametrize("provider", DEEP)
def test_a_living_share_is_listed_to_any_depth(
    providers: Providers, provider: str, code: str
) -> None:
    providers.shelf[IDS[provider][1]] = Shelved(TREE, code, title="繁花")
    listing = asked(providers, share_of(provider, code))
    assert listing.state is ShareState.LIVE
    assert listing.complete
    assert listing.title == "繁花"
    assert sorted(entry.path for entry in listing.entries) == sorted(PATHS)
    sizes = {entry.path: entry.size_bytes for entry in listing.entries if not entry.is_folder}
    assert sizes["第一季/第01集.mp4"] == 700_000_000
    assert sizes["第一季/花絮/片场.txt"] == 1234


@pytest.mark.parametrize("code", ["", "ab12"])
def test_a_lanzou_folder_is_listed(providers: Providers, code: str) -> None:
    providers.page_size = 1
    providers.shelf[IDS["lanzou"][1]] = Shelved(FLAT, code, title="教材")
    listing = asked(providers, share_of("lanzou", code))
    assert listing.state is ShareState.LIVE
    assert listing.title == "教材"
    assert [(entry.path, entry.size_bytes) for entry in listing.entries] == list(FLAT.items())


def test_lanzou_folders_within_are_listed(providers: Providers) -> None:
    providers.shelf[IDS["lanzou"][1]] = Shelved({"第二辑": dict(FLAT), "目录.txt": 1024})
    listing = asked(providers, share_of("lanzou"))
    paths = [entry.path for entry in listing.entries]
    assert paths == ["第二辑", "目录.txt", "第二辑/上册.pdf", "第二辑/下册.pdf"]
    assert listing.complete


@pytest.mark.parametrize("code", ["", "ab12"])
def test_a_lanzou_file_is_named(providers: Providers, code: str) -> None:
    providers.shelf["iAbC12d3e4f5"] = Shelved({"软件.apk": 3 * 2**20}, code)
    (share,) = shares_in_text(f"https://wwa.lanzoux.com/iAbC12d3e4f5 密码:{code}")
    listing = asked(providers, share)
    assert listing.state is ShareState.LIVE
    assert [entry.path for entry in listing.entries] == ["软件.apk"]


@pytest.mark.parametrize("provider", IDS)
def test_a_code_that_is_missing_or_wrong_is_told(providers: Providers, provider: str) -> None:
    providers.shelf[IDS[provider][1]] = Shelved(FLAT, "ab12")
    assert asked(providers, share_of(provider)).state is ShareState.NEEDS_CODE
    wrong = asked(providers, share_of(provider, "zz99"))
    assert wrong.state is ShareState.WRONG_CODE
    assert not wrong.complete
    assert not [entry for entry in wrong.entries if not entry.is_folder]


@pytest.mark.parametrize("fate", ["banned", "expired", "cancelled"])
@pytest.mark.parametrize("provider", IDS)
def test_what_became_of_a_share_is_told(providers: Providers, provider: str, fate: str) -> None:
    providers.shelf[IDS[provider][1]] = Shelved(FLAT, "ab12", fate)
    listing = asked(providers, share_of(provider, "ab12"))
    assert listing.state == ShareState(fate)
    assert listing.state.is_dead
    assert listing.reason
    assert listing.entries == ()


@pytest.mark.parametrize("provider", IDS)
def test_a_share_that_never_was_is_told(providers: Providers, provider: str) -> None:
    listing = asked(providers, share_of(provider, "ab12"))
    assert listing.state is ShareState.NOT_FOUND


@pytest.mark.parametrize("provider", ["lanzou", "xunlei", "pikpak"])
def test_a_challenge_is_left_alone(providers: Providers, provider: str) -> None:
    providers.shelf[IDS[provider][1]] = Shelved(FLAT, "ab12", "captcha")
    listing = asked(providers, share_of(provider, "ab12"))
    assert (listing.state, listing.reason) == (ShareState.UNKNOWN, "challenged")
    assert len(providers.asked) == 1


@pytest.mark.parametrize("provider", DEEP)
def test_long_folders_are_listed_page_by_page(providers: Providers, provider: str) -> None:
    tree = {f"{number:03}.txt": number for number in range(1, 451)}
    providers.shelf[IDS[provider][1]] = Shelved({"全集": tree})
    listing = asked(providers, share_of(provider))
    assert listing.complete
    files = [entry for entry in listing.entries if not entry.is_folder]
    assert [entry.size_bytes for entry in sorted(files, key=lambda file: file.path)] == list(
        range(1, 451)
    )


def test_a_budget_is_kept(providers: Providers) -> None:
    tree = {f"folder {number}": {"a.txt": 1} for number in range(30)}
    providers.shelf[IDS["quark"][1]] = Shelved(tree)
    listing = asked(providers, share_of("quark"), Budget(requests=10))
    assert listing.requests == 10
    assert not listing.complete
    assert listing.state is ShareState.LIVE
    assert len([entry for entry in listing.entries if entry.is_folder]) == 30
    shallow = asked(providers, share_of("quark"), Budget(depth=0))
    assert not shallow.complete
    assert {entry.path.count("/") for entry in shallow.entries} == {0}
    few = asked(providers, share_of("quark"), Budget(entries=7))
    assert len(few.entries) == 7
    assert not few.complete


def test_a_share_named_by_numbers_is_asked_for_by_them() -> None:
    (share,) = shares_in_text("https://pan.baidu.com/share/link?shareid=3310921839&uk=2741203915")
    ask = ADAPTERS["baidu"].first(share)
    assert "shareid=3310921839&uk=2741203915" in ask.url
