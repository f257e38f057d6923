"""Every reason for which an address brings nothing is told in both languages."""

from __future__ import annotations

import pytest

import console.files  # noqa: F401  its errors are to be told, too
import crawlers.extractors.errors  # noqa: F401
from console.cli.reasons import in_words
from crawlers.errors import CrawlError
from crawlers.outcomes import _CODES
from fingerprints.errors import FingerprintError


def kinds_of(error: type[Exception]) -> list[type[Exception]]:
    return [error, *(below for one in error.__subclasses__() for below in kinds_of(one))]


@pytest.mark.parametrize(
    "code",
    sorted(
        {
            *(one.code for one in (*kinds_of(CrawlError), *kinds_of(FingerprintError))),  # type: ignore[attr-defined]
            *(code for _, code in _CODES),
            *("http_403", "http_418", "http_451", "http_500", "http_503"),
            *("bad_redirect", "redirect_loop", "too_many_redirects", "redirected_off_site"),
            *("spider_error", "download_failed", "trap", "abandoned"),
        }
    ),
)
def test_a_code_has_words_in_both_languages(code: str) -> None:
    english, chinese = in_words(code)
    assert english.isascii()
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


@pytest.mark.parametrize("code", ["", "http_", "http_x", "no_such_code"])
def test_what_is_no_code_has_none(code: str) -> None:
    assert in_words(code) == ("", "")
