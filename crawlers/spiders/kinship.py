"""Kinship: what a page has in common with the other sites of those behind it.

Accounts of analytics and advertising are the owner's, and so is the server's key. Each is a fact,
`name:value`, as it stands in the markup or in the certificate; nothing is looked up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.spiders.pages import Page

ACCOUNTS: Final = (
    "baidu_tongji",
    "google_analytics",
    "google_tag",
    "cnzz",
    "51la",
    "adsense",
)
CERTIFICATE: Final = "certificate"
"""The SHA-256 of the certificate that a server showed."""
_MOST_CHARACTERS: Final = 2_000_000
_MOST_OF_A_KIND: Final = 5
# The sign, in lower case, that a page must have before its markup is searched for the pattern.
_PATTERNS: Final = tuple(
    (name, sign, re.compile(pattern))
    for name, sign, pattern in (
        ("baidu_tongji", "hm.baidu.com", r"hm\.baidu\.com/hm?\.js\?([0-9a-f]{32})(?![0-9a-f])"),
        ("google_analytics", "ua-", r"(?<![\w-])(UA-\d{4,10}-\d{1,4})(?![\w-])"),
        ("google_analytics", "g-", r"(?:[?&]id=|['\"])(G-[A-Z0-9]{6,12})(?=['\"&])"),
        ("google_tag", "gtm-", r"(?:[?&]id=|['\"])(GTM-[A-Z0-9]{4,9})(?=['\"&])"),
        (
            "cnzz",
            "cnzz.com",
            r"cnzz\.com/\w{1,12}\.php\?(?:[^\"'\s<>]{0,80}[?&])?(?:web_)?id=(\d{4,12})",
        ),
        ("51la", "51.la", r"users\.51\.la/(\d{4,12})\.js"),
        ("51la", "51.la", r"\.51\.la/go1\?id=(\d{4,12})"),
        (
            "51la",
            "la.init",
            r"LA\.init\(\s{0,5}\{\s{0,5}['\"]?id['\"]?\s{0,3}:\s{0,3}['\"](\w{8,40})['\"]",
        ),
        ("adsense", "pub-", r"(?<![\w-])ca-(?:mb-)?(pub-\d{16})(?!\d)"),
    )
)


def kin_on(page: Page) -> tuple[str, ...]:
    """Return the facts of a page of markup that sites of one owner share, each once."""
    found = list(accounts_in(page.text[:_MOST_CHARACTERS]))
    certificate = page.response.certificate
    if certificate is not None:
        found.append(f"{CERTIFICATE}:{_digest(certificate.dumpPEM())}")
    return tuple(dict.fromkeys(found))


def accounts_in(markup: str) -> Iterator[str]:
    """Yield the accounts of analytics and advertising that a page's markup names."""
    lower = markup.lower()
    for name, sign, pattern in _PATTERNS:
        if sign in lower:
            values = dict.fromkeys(one[1] for one in pattern.finditer(markup))
            yield from (f"{name}:{value}" for value in list(values)[:_MOST_OF_A_KIND])


@lru_cache(maxsize=1_024)
def _digest(pem: bytes) -> str:
    """Return the fingerprint; remembered, as a site shows one on every page."""
    return x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex()
