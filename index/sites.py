"""Sites: which addresses belong together as one place where a copy stands."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import tldextract

_DEFAULT_PORTS = {"http": 80, "https": 443}


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


@cache
def _suffixes() -> tldextract.TLDExtract:
    import tldextract  # noqa: PLC0415 - slow to load, and not every command asks for sites

    # The list that ships with the package: nothing is fetched, nothing is cached on disk.
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
    )


def site_named(words: str) -> str:
    """Return the site that a person means by a host, a domain or an address of its front page.

    Raises `ValueError` for what names no site, or too many (a public suffix such as `com`).
    """
    parts = urlsplit(words.strip() if "://" in words else f"//{words.strip()}")
    host = (parts.hostname or "").rstrip(".").removeprefix("*.")
    if parts.path.strip("/") or parts.query:
        msg = f"{words!r} is a page, not a site"
        raise ValueError(msg)
    name = host if host.isascii() else host.encode("idna").decode()
    if not name or _suffixes()(name).suffix == name or "*" in name:
        msg = f"{words!r} names no site"
        raise ValueError(msg)
    shown = f"[{name}]" if ":" in name else name
    return shown if parts.port is None else f"{shown}:{parts.port}"
