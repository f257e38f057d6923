"""Marque and its peers, each from the bytes of a page to the text of its body.

Trafilatura is asked as its own bench asks it.
"""

from __future__ import annotations

import io
import logging
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from fingerprints.contract import Limits
from fingerprints.text import read_main, read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    Extract = Callable[[bytes], str]

_LIMITS: Final = Limits()
_TYPE: Final = "text/html"


def _marque(html: bytes) -> str:
    return read_main(io.BytesIO(html), limits=_LIMITS, media_type=_TYPE).body


def _whole_page(html: bytes) -> str:
    return read_text(io.BytesIO(html), limits=_LIMITS, media_type=_TYPE)


def _trafilatura(**how: bool) -> Callable[[Any], Extract]:
    def made(package: Any) -> Extract:  # noqa: ANN401 - a peer's module
        asked = {"include_comments": False, "include_tables": True, "include_formatting": False}
        return lambda html: package.extract(html, **asked, **how) or ""

    return made


def _readability(package: Any) -> Extract:  # noqa: ANN401
    decode = import_module("trafilatura.utils").decode_file
    return lambda html: _bare(package.Document(decode(html)).summary())


def _resiliparse(package: Any) -> Extract:  # noqa: ANN401, ARG001
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    encoding = import_module("resiliparse.parse.encoding")
    parse = import_module("resiliparse.parse.html").HTMLTree.parse

    def run(html: bytes) -> str:
        text = encoding.bytes_to_str(html, encoding.detect_encoding(html))
        return str(extract(parse(text), main_content=True))

    return run


def _newspaper(package: Any) -> Extract:  # noqa: ANN401
    return lambda html: package.fulltext(html) or ""


def _gne(package: Any) -> Extract:  # noqa: ANN401
    decode = import_module("trafilatura.utils").decode_file
    extractor = package.GeneralNewsExtractor()
    return lambda html: extractor.extract(decode(html)).get("content") or ""


def _justext(package: Any) -> Extract:  # noqa: ANN401
    words = import_module("trafilatura.external").jt_stoplist_init()

    def run(html: bytes) -> str:
        found = package.justext(html, words, 50, 200, 0.1, 0.2, 0.2, 200, no_headings=True)
        return "\n".join(one.text for one in found if not one.is_boilerplate)

    return run


def _bare(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(deep=True, separator=" ") if body else ""


_PEERS: Final[dict[str, tuple[str, str, Callable[[Any], Extract]]]] = {
    "trafilatura": ("trafilatura", "trafilatura", _trafilatura()),
    "trafilatura fast": ("trafilatura", "trafilatura", _trafilatura(fast=True)),
    "trafilatura recall": ("trafilatura", "trafilatura", _trafilatura(favor_recall=True)),
    "readability-lxml": ("readability-lxml", "readability", _readability),
    "resiliparse": ("resiliparse", "resiliparse", _resiliparse),
    "newspaper4k": ("newspaper4k", "newspaper", _newspaper),
    "gne": ("gne", "gne", _gne),
    "jusText": ("justext", "justext", _justext),
}
MARQUE: Final = "Marque"


def extractors() -> dict[str, Extract]:
    """Return Marque, all that a page shows, and the peers that are installed, by name."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("readability").setLevel(logging.CRITICAL)
    found: dict[str, Extract] = {MARQUE: _marque, "all of the page": _whole_page}
    for name, (distribution, module, made) in _PEERS.items():
        try:
            named = f"{name} {version(distribution)}"
        except PackageNotFoundError:
            continue
        found[named] = made(import_module(module))
    return found
