"""Torrent files, magnet and ed2k links, and what thunder:// wraps."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.shares import hashes
from crawlers.shares.bencode import decode
from crawlers.shares.torrents import TorrentFile, read_torrent
from fingerprints.errors import FingerprintError, TooLarge, Undecodable


def bencoded(value: Any) -> bytes:  # noqa: ANN401  any value that can be bencoded
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, str):
        return bencoded(value.encode())
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    pairs = sorted(
        (key if isinstance(key, bytes) else key.encode(), one) for key, one in value.items()
    )
    return b"d" + b"".join(bencoded(key) + bencoded(one) for key, one in pairs) + b"e"


V1 = {
    "name": "红楼梦",
    "piece length": 16384,
    "pieces": b"\x01" * 40,
    "files": [
        {"path": ["第一回.txt"], "length": 10_000},
        {"path": ["图", "封面.jpg"], "length": 20_000},
        {"path": [".pad", "12345"], "length": 2768, "attr": "p"},
    ],
}
ROOT = b"\x07" * 32
V2 = {
    "name": "红楼梦",
    "piece length": 16384,
    "meta version": 2,
    "file tree": {
        "第一回.txt": {"": {"length": 10_000, "pieces root": ROOT}},
        "图": {"封面.jpg": {"": {"length": 20_000, "pieces root": ROOT}}},
    },
}
PATHS = {"第一回.txt": 10_000, "图/封面.jpg": 20_000}


def test_a_torrent_of_version_1() -> None:
    torrent = read_torrent(bencoded({"announce": "http://t.example/a", "info": V1}))
    assert torrent.v1 == hashlib.sha1(bencoded(V1)).hexdigest()  # noqa: S324  as BEP 3 has it
    assert torrent.v2 == ""
    assert {file.path: file.size_bytes for file in torrent.files} == PATHS
    assert (torrent.name, torrent.size_bytes) == ("红楼梦", 30_000)
    assert torrent.trackers == ("http://t.example/a",)
    assert torrent.url == f"magnet:?xt=urn:btih:{torrent.v1}"


def test_a_torrent_of_one_file() -> None:
    info = {
        "name": "a.mkv",
        "length": 7,
        "piece length": 16384,
        "pieces": b"\x01" * 20,
        "private": 1,
    }
    torrent = read_torrent(bencoded({"info": info}))
    assert torrent.files == (TorrentFile("a.mkv", 7),)
    assert torrent.is_private


def test_a_torrent_of_version_2() -> None:
    torrent = read_torrent(bencoded({"info": V2, "piece layers": {}}))
    assert torrent.v1 == ""
    assert torrent.v2 == hashlib.sha256(bencoded(V2)).hexdigest()
    assert {file.path: file.size_bytes for file in torrent.files} == PATHS
    assert {file.root for file in torrent.files} == {ROOT.hex()}
    assert torrent.id == torrent.v2


def test_a_hybrid_torrent_has_both_hashes() -> None:
    info = {**V1, **V2}
    torrent = read_torrent(bencoded({"info": info}))
    assert torrent.v1 == hashlib.sha1(bencoded(info)).hexdigest()  # noqa: S324  likewise
    assert torrent.v2 == hashlib.sha256(bencoded(info)).hexdigest()
    assert {file.path: file.size_bytes for file in torrent.files} == PATHS
    assert hashes.magnet(torrent.url) == hashes.Magnet(torrent.v1, torrent.v2)


@pytest.mark.parametrize("keys", ["declared", "undeclared", "utf-8"])
def test_names_of_old_chinese_clients(keys: str) -> None:
    name = "西游记".encode("gb18030")
    info = {"name": name, "length": 7, "piece length": 1, "pieces": b"\x01" * 20}
    top: dict[str, Any] = {"info": info}
    if keys == "declared":
        top["encoding"] = "GBK"
    if keys == "utf-8":
        info["name"] = b"\xff\xff"
        info["name.utf-8"] = "西游记"
    assert read_torrent(bencoded(top)).name == "西游记"


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"i1e", b"d4:infoi1ee", b"d4:infodee", b"d4:info", b"<html>", b"9:abc", b"di1ei2ee"),
        *(b"d4:infod4:name1:aee", b"i99999999999999999999999e", b"-5:abc"),
    ],
)
def test_what_is_no_torrent_is_told(data: bytes) -> None:
    with pytest.raises(Undecodable):
        read_torrent(data)


def test_a_torrent_beyond_limits_is_told() -> None:
    with pytest.raises(TooLarge):
        decode(b"l" * 10_000)
    deep: Any = {"": {"length": 1}}
    for _ in range(200):
        deep = {"a": deep}
    with pytest.raises(TooLarge):
        read_torrent(bencoded({"info": {**V2, "file tree": deep}}))


_VALUES = st.recursive(
    st.integers(-(2**60), 2**60) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(_VALUES)
def test_bencoding_comes_back(value: Any) -> None:  # noqa: ANN401  any value
    assert decode(bencoded(value))[0] == value


@given(st.binary(max_size=80))
def test_any_bytes_are_answered(data: bytes) -> None:
    try:
        read_torrent(data)
    except FingerprintError as told:
        assert told.reason  # noqa: PT017  either is an answer


V1_HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


@pytest.mark.parametrize(
    "link",
    [
        f"magnet:?xt=urn:btih:{V1_HASH}&dn=a%20b&xl=7",
        f"magnet:?dn=a+b&xl=7&xt=urn:btih:{V1_HASH.upper()}",
        f"magnet:?xt=urn:btih:{base64.b32encode(bytes.fromhex(V1_HASH)).decode()}&dn=a b&xl=7",
        f"magnet:?xt.1=urn:btih:{V1_HASH}&amp;dn=a%20b&amp;xl=7",
    ],
)
def test_magnet_links(link: str) -> None:
    assert hashes.magnet(link) == hashes.Magnet(V1_HASH, "", "a b", 7)


@pytest.mark.parametrize(
    "link", ["magnet:?dn=x", "magnet:?xt=urn:sha1:ABC", "magnet:?xt=urn:btih:12"]
)
def test_magnet_links_to_no_torrent(link: str) -> None:
    assert hashes.magnet(link) is None


def test_ed2k_links() -> None:
    link = f"ed2k://|file|{'%E7%BA%A2'}.mkv|734003200|{'AB' * 16}|h={'C' * 32}|/"
    assert hashes.ed2k(link) == hashes.Ed2k("ab" * 16, 734_003_200, "红.mkv")
    assert hashes.ed2k("ed2k://|server|1.2.3.4|4661|/") is None


@pytest.mark.parametrize(
    ("link", "inner"),
    [
        (
            "thunder://" + base64.b64encode(b"AAhttp://a.example/b.mp4ZZ").decode(),
            "http://a.example/b.mp4",
        ),
        (
            "thunder://" + base64.b64encode("AAhttp://a.example/红.mp4ZZ".encode("gbk")).decode(),
            "http://a.example/红.mp4",
        ),
        (
            "flashget://"
            + base64.b64encode(b"[FLASHGET]ftp://a.example/b[FLASHGET]").decode()
            + "&x",
            "ftp://a.example/b",
        ),
        (
            "qqdl://" + base64.b64encode(b"http://a.example/b.rar").decode(),
            "http://a.example/b.rar",
        ),
        ("thunder://QUFBQUFBQUFBQUFB", ""),
        ("thunder://not-base64", ""),
    ],
)
def test_wrapped_links(link: str, inner: str) -> None:
    assert hashes.unwrapped(link) == inner
