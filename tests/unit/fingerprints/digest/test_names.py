"""Hashes are read in whatever case and under either name, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from fingerprints.digest import known_hashes

MD5, SHA1, SHA256 = "0" * 31 + "a", "1" * 39 + "b", "2" * 63 + "c"


def test_one_spelling_each_once_in_order() -> None:
    assert known_hashes(
        [f"SHA1:{SHA1.upper()}", f"md5:{MD5}", f"MD5:{MD5.upper()}", f"sha-256:{SHA256}"]
    ) == (f"md5:{MD5}", f"sha1:{SHA1}", f"sha256:{SHA256}")


def test_a_magnet_is_an_infohash_of_either_version() -> None:
    assert known_hashes([f"magnet:{SHA1}", f"btmh:{SHA256}"]) == (
        f"btih:{SHA1}",
        f"btih:{SHA256}",
    )


@pytest.mark.parametrize(
    "written",
    ["", MD5, "md5:", f"md5:{SHA1}", f"crc32:{MD5}", f"author:{MD5}", f"md5:{MD5} ", "md5:某某"],
)
def test_what_is_no_hash(written: str) -> None:
    assert known_hashes([written]) == ()
