"""MD5 as Baidu shows it."""

from __future__ import annotations

import random

import pytest

from crawlers.shares.providers.baidu_md5 import plain_md5


def disguised(plain: str) -> str:
    """Do as the service does: swap the eights, turn each digit, mark the tenth."""
    swapped = plain[8:16] + plain[:8] + plain[24:] + plain[16:24]
    turned = [int(digit, 16) ^ (place & 15) for place, digit in enumerate(swapped)]
    signs = [f"{digit:x}" for digit in turned]
    signs[9] = chr(ord("g") + turned[9])
    return "".join(signs)


def test_what_is_disguised_is_made_plain() -> None:
    chance = random.Random(5)  # noqa: S311 (no secret)
    for _ in range(100):
        plain = f"{chance.getrandbits(128):032x}"
        assert plain_md5(disguised(plain)) == plain
        assert plain_md5(disguised(plain).upper()) == plain


def test_what_is_plain_stays() -> None:
    assert plain_md5("0123456789ABCDEF" * 2) == "0123456789abcdef" * 2


@pytest.mark.parametrize("shown", ["", "0" * 31, "g" * 32, "0" * 9 + "w" + "0" * 22, "0" * 33])
def test_what_is_none(shown: str) -> None:
    assert plain_md5(shown) == ""
