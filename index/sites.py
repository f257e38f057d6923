"""Sites and accounts: which addresses belong together as one place where a copy is offered.

An account is named by its platform's host and the id that it has there: `weibo.com/u/1234567`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

if TYPE_CHECKING:
    import tldextract

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ACCOUNTS: Final = "/u/"
_FOR_DEVICES: Final = ("www.", "m.", "wap.", "mobile.", "h5.")
"""What of a host says by what it is to be looked at, not what it is."""
_PLATFORMS: Final = {"weibo.cn": "weibo.com"}
"""Hosts that are another's, by another name."""
_LONGEST_ID: Final = 120
_SIGNS: Final = frozenset("/?#%\\ \t\r\n")
"""What an account's id can't have as it is: it would be read as another part of an address."""


def site_of(url: str) -> str:
    """Return the registered domain of a URL (`novel.example.com` → `example.com`).

    Customers' names under a shared suffix (`someone.github.io`) are sites of their own, and so are
    bare addresses and single names, with their port where it isn't the scheme's own.
    """
    parts = urlsplit(url)
    return _site_at(parts.scheme, parts.netloc)


@lru_cache(maxsize=4096)
def _site_at(scheme: str, authority: str) -> str:
    parts = SplitResult(scheme, authority, "", "", "")
    host = (parts.hostname or "").rstrip(".")
    registered = _suffixes()(host).top_domain_under_public_suffix
    if registered:
        return registered
    shown = f"[{host}]" if ":" in host else host
    usual = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return shown if usual else f"{shown}:{parts.port}"


def belongs(site: str, url: str) -> bool:
    """Tell whether a URL is on a site, named by registered domain, host or host:port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    wanted = site.casefold().rstrip(".")
    here = {site_of(url), host, f"{host}:{parts.port or _DEFAULT_PORTS.get(parts.scheme)}"}
    return wanted in here or host.endswith(f".{wanted}")


def account_at(host: str, id: str) -> str:
    """Name an account, by the host of its platform (with its port, if any) and its id there."""
    host = host.casefold().rstrip(".")
    for label in _FOR_DEVICES:
        rest = host.removeprefix(label)
        if rest != host and "." in rest:
            host = rest
            break
    written = "".join(quote(sign, safe="") if sign in _SIGNS else sign for sign in id.strip())
    return f"{_PLATFORMS.get(host, host)}{_ACCOUNTS}{written[:_LONGEST_ID]}"


def platform_of(place: str) -> str:
    """Return the site that a place is on: of an account its platform's, of a site itself."""
    return site_of(f"//{place}")


def is_at(site: str, place: str) -> bool:
    """Tell whether a place, a site or an account, is that site or account, or is on it."""
    return place == site or (bool(place) and belongs(site, f"//{place}"))


@cache
def _suffixes() -> tldextract.TLDExtract:
    import tldextract  # noqa: PLC0415 - slow to load, and not every command asks for sites

    # The list that ships with the package: nothing is fetched, nothing is cached on disk.
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
    )


def site_named(words: str) -> str:
    """Return the site that a person means by a host, a domain or an address of its front page.

    An account on it is meant by its name (`weibo.com/u/1234567`). Raises `ValueError` for what
    names no site, or too many (a public suffix such as `com`).
    """
    parts = urlsplit(words.strip() if "://" in words else f"//{words.strip()}")
    host = (parts.hostname or "").rstrip(".").removeprefix("*.")
    start, mark, id = parts.path.rstrip("/").partition(_ACCOUNTS)
    account = id if mark and not start and "/" not in id else ""
    if (parts.path.strip("/") and not account) or parts.query:
        msg = f"{words!r} is a page, not a site"
        raise ValueError(msg)
    name = host if host.isascii() else host.encode("idna").decode()
    if not name or _suffixes()(name).suffix == name or "*" in name:
        msg = f"{words!r} names no site"
        raise ValueError(msg)
    shown = f"[{name}]" if ":" in name else name
    site = shown if parts.port is None else f"{shown}:{parts.port}"
    return account_at(site, unquote(account)) if account else site
