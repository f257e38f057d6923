"""How fast texts are fingerprinted: by us from bytes to a print, by peers from a decoded text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from copydetect.utils import hashed_kgrams, winnow
from datasketch import MinHash
from rensa import RMinHash

from benchmarks.accuracy.suite import Half
from benchmarks.accuracy.text.originals import language, originals
from benchmarks.speed.suite import SpeedCase
from fingerprints.contract import Limits
from fingerprints.text import TextModality

if TYPE_CHECKING:
    from pathlib import Path

_MEGABYTE = 1_000_000
_SHINGLE = 5
_HASHES = 128


def cases(corpus: Path) -> list[SpeedCase]:
    """Chinese and English text, as files and as a page."""
    texts = {"zh": "", "en": ""}
    for original in originals(Half.REPORT, corpus):
        texts[language(original)] += original.path.read_text(encoding="utf-8")
    return [
        _case("Chinese", texts["zh"][:1_000_000]),
        _case("English", texts["en"][:1_000_000]),
        _page("Chinese page", texts["zh"][:300_000]),
    ]


def _case(name: str, text: str) -> SpeedCase:
    data = text.encode()
    modality = TextModality()

    def ours() -> object:
        return modality.extract(io.BytesIO(data), limits=Limits(), media_type="text/plain")

    return SpeedCase(name, "MB", len(data) / _MEGABYTE, ours, _peers(text))


def _page(name: str, text: str) -> SpeedCase:
    lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    style = ".a{display:none} .b::before{content:attr(x)} p{color:#222}"
    data = f"<!doctype html><meta charset=utf-8><style>{style}</style>{lines}".encode()
    modality = TextModality()

    def ours() -> object:
        return modality.extract(io.BytesIO(data), limits=Limits(), media_type="text/html")

    return SpeedCase(name, "MB", len(data) / _MEGABYTE, ours, {})


def _peers(text: str) -> dict[str, Any]:
    """Each on the whole text, in chapters, as our parts are."""
    size = 8192
    chapters = [text[at : at + size] for at in range(0, len(text), size)]

    def datasketch() -> None:
        for chapter in chapters:
            made = MinHash(num_perm=_HASHES)
            made.update_batch([one.encode() for one in _shingles(chapter)])

    def rensa() -> None:
        for chapter in chapters:
            RMinHash(num_perm=_HASHES, seed=1).update(_shingles(chapter))

    def copydetect() -> None:
        for chapter in chapters:
            winnow(hashed_kgrams(chapter, 25), 1)

    return {"datasketch MinHash": datasketch, "rensa RMinHash": rensa, "copydetect": copydetect}


def _shingles(text: str) -> list[str]:
    return [text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))]
