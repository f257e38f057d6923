"""Shares in text and on pages: one address each, what stands beside them, what is no link."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.links import canonical
from crawlers.shares.links import shares_in_text, shares_on_page
from fingerprints.errors import TooLarge

BAIDU = "1AbCdEfGhIjKlMnOpQrStUv"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://pan.baidu.com/s/1pLxYz12", "https://pan.baidu.com/s/1pLxYz12"),
        ("yun.baidu.com/s/1pLxYz12", "https://pan.baidu.com/s/1pLxYz12"),
        ("pan.baidu.com/share/init?surl=pLxYz12", "https://pan.baidu.com/s/1pLxYz12"),
        ("https://www.aliyundrive.com/s/AbCdEfGh123", "https://www.alipan.com/s/AbCdEfGh123"),
        ("alipan.com/s/AbCdEfGh123/folder/64c5", "https://www.alipan.com/s/AbCdEfGh123"),
        ("fast.uc.cn/s/0123456789abc", "https://drive.uc.cn/s/0123456789abc"),
        ("anxia.com/s/swabc123xyz", "https://115.com/s/swabc123xyz"),
        ("www.123684.com/s/AbCdEf-GhIj1", "https://www.123pan.com/s/AbCdEf-GhIj1"),
        ("https://wwa.lanzoux.com/iAbC12d3e4f5", "https://www.lanzoui.com/iAbC12d3e4f5"),
        ("yun.139.com/link/w/i/2AbCdEfGhIjKl", "https://caiyun.139.com/m/i?2AbCdEfGhIjKl"),
        (
            "drive.google.com/file/d/" + "1aB" * 10 + "/view",
            "https://drive.google.com/open?id=" + "1aB" * 10,
        ),
        ("magnet:?xt=urn:btih:" + "A1" * 20 + "&dn=x", "magnet:?xt=urn:btih:" + "a1" * 20),
    ],
)
def test_a_share_has_one_address(text: str, url: str) -> None:
    (share,) = shares_in_text(text)
    assert share.url == url
    if url.startswith("https"):
        assert canonical(share.url) == share.url


def test_the_address_that_opens_it_has_the_code() -> None:
    (share,) = shares_in_text(f"https://pan.baidu.com/s/{BAIDU} 提取码: k2hk")
    assert share.address == f"https://pan.baidu.com/s/{BAIDU}?pwd=k2hk"
    key = "A" * 21 + "b"
    (folder,) = shares_in_text(f"https://mega.nz/folder/AbCd1234#{key}")
    assert (folder.url, folder.address) == (
        "https://mega.nz/folder/AbCd1234",
        f"https://mega.nz/folder/AbCd1234#{key}",
    )


@pytest.mark.parametrize(
    ("text", "title", "size_bytes"),
    [
        (f"通过网盘分享的文件：庆余年\n链接: pan.baidu.com/s/{BAIDU}", "庆余年", None),
        (
            f"名称：繁花 4K\n\n链接：pan.baidu.com/s/{BAIDU}\n\n大小：2.5GB",
            "繁花 4K",
            2_684_354_560,
        ),
        (f"《三体》广播剧 pan.baidu.com/s/{BAIDU}（1.5G）", "三体", 1_610_612_736),
        (f"流浪地球 4K REMUX\n下载：pan.baidu.com/s/{BAIDU}", "流浪地球 4K REMUX", None),
        ("ed2k://|file|%E7%BA%A2.mkv|734003200|" + "0A" * 16 + "|/", "红.mkv", 734_003_200),
        ("magnet:?xt=urn:btih:" + "A1" * 20 + "&dn=Some+Film&xl=1000", "Some Film", 1000),
    ],
)
def test_what_stands_beside_a_link_names_it(text: str, title: str, size_bytes: int | None) -> None:
    (share,) = shares_in_text(text)
    assert (share.title, share.size_bytes) == (title, size_bytes)


def test_a_share_is_found_once_with_all_that_is_said() -> None:
    text = f"《繁花》 pan.baidu.com/s/{BAIDU}\n补：https://pan.baidu.com/s/{BAIDU}?pwd=k2hk"
    (share,) = shares_in_text(text)
    assert (share.code, share.title) == ("k2hk", "繁花")


def test_a_link_shown_shortened_is_no_other_share() -> None:
    html = f'<a href="https://pan.baidu.com/s/{BAIDU}">https://pan.baidu.com/s/{BAIDU[:9]}</a>'
    assert [share.id for share in shares_on_page(html)] == [BAIDU]
    assert shares_in_text("https://pan.baidu.com/s/1AbCd... 提取码 k2hk") == []


def test_hidden_pieces_are_left_out_of_a_link_and_its_code() -> None:
    html = (
        f'<style>.x{{display:none}}</style><p>pan.baidu.com/s/{BAIDU[:9]}<i class="x">qq</i>'
        f'{BAIDU[9:]} 提取码：k2<i class="x">zz</i>hk</p>'
    )
    (share,) = shares_on_page(html)
    assert (share.id, share.code) == (BAIDU, "k2hk")


def test_text_that_is_shown_from_right_to_left_is_read_so() -> None:
    turned = f"pan.baidu.com/s/{BAIDU}"[::-1]
    html = f'<bdo style="direction:rtl;unicode-bidi:bidi-override">{turned}</bdo>'
    assert [share.id for share in shares_on_page(html)] == [BAIDU]


def test_a_code_in_the_text_opens_the_link_in_the_script() -> None:
    script = f'window.open("https://pan.baidu.com/s/{BAIDU}")'
    (share,) = shares_on_page(f"<p>提取码：k2hk</p><script>{script}</script>")
    assert (share.code, share.address) == ("k2hk", f"https://pan.baidu.com/s/{BAIDU}?pwd=k2hk")


def test_a_torrent_is_found_relative_to_its_page() -> None:
    (share,) = shares_on_page('<a href="../t/a.torrent?x=1">种子</a>', "https://bt.example/a/b")
    assert share.url == "https://bt.example/t/a.torrent?x=1"


def test_scripts_and_attributes_of_a_page_are_read() -> None:
    encoded = base64.b64encode(f"https://pan.baidu.com/s/{BAIDU}".encode()).decode()
    html = f"<p>下载</p><script>location.href=atob('{encoded}')</script>"
    assert [share.id for share in shares_on_page(html)] == [BAIDU]
    html = f'<tr data-href="https://pan.baidu.com/s/{BAIDU}"><td>百度 提取码 k2hk</td></tr>'
    (share,) = shares_on_page(f"<table>{html}</table>")
    assert (share.id, share.code) == (BAIDU, "k2hk")


HOSTILE = [
    "pan.baidu.com/s/1" * 20_000,
    "提取码：" * 50_000,
    ("https://pan.baidu.com/s/" + " 1" * 50 + "\n") * 1000,
    "aHR0c" * 100_000,
    "magnet:?" + "xt=" * 50_000,
    "ed2k://|file|" * 20_000,
    "thunder://" + "A" * 200_000,
    "《" * 100_000,
    "moc.udiab.nap" * 20_000,
    "http%3A%2F%2F" * 20_000,
    "\u202e" * 50_000,
    "p a n . " * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    shares = shares_in_text(text)
    assert len(shares) <= 2000
    assert (
        shares_in_text("https://pan.quark.cn/s/0a1b2c3d4e5f\n" + text[:1000])[0].provider == "quark"
    )


@pytest.mark.parametrize(
    "html", ["<div>" * 50_000, "<a " + " ".join(f"a{place}=1" for place in range(50_000)) + ">"]
)
def test_markup_that_would_hold_up_a_parser_is_told(html: str) -> None:
    with pytest.raises(TooLarge):
        shares_on_page(html + "pan.quark.cn/s/0a1b2c3d4e5f")


_PIECES = st.sampled_from(
    [
        *(
            "https://pan.baidu.com/s/",
            BAIDU,
            BAIDU[:9],
            " 提取码：",
            "k2hk",
            "\n",
            " ",
            "删除",
            "😂",
        ),
        *(
            "magnet:?xt=urn:btih:",
            "a1" * 20,
            "thunder://",
            "QUFodHRwOi8v",
            "解压密码:",
            "?pwd=",
            "#",
        ),
        *("<a href='https://pan.quark.cn/s/0a1b2c3d4e5f'>", "</a>", "\x1f", "\u200b", "ｐ", "点"),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=20))
def test_anything_is_answered(pieces: list[str]) -> None:
    text = "".join(pieces)
    for shares in (shares_in_text(text), shares_on_page(text, "http://a.example/")):
        keys = [(share.provider, share.id) for share in shares]
        assert len(keys) == len(set(keys))
        assert all(share.url and share.address for share in shares)
