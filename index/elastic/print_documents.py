"""Fingerprints as Elasticsearch stores them: a head a print, and a document a part.

A head says which generation of parts is the print's now. Parts are named by generation and number,
so that a print is replaced, whole, by writing its head; parts that no head names are nobody's.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np

from fingerprints.contract import Fingerprint, Part
from index.contract import OwnerId, Side
from index.documents import content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

HEADS: Final = "prints"
SIDES: Final[tuple[Side, ...]] = get_args(Side)

_KEYWORD: Final = {"type": "keyword"}
_STORED: Final = {"type": "keyword", "index": False, "doc_values": False}
HEAD_MAPPING: Final[Mapping[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "side": _KEYWORD,
        "owner": _KEYWORD,
        "medium": _KEYWORD,
        "modality": _KEYWORD,
        "version": {"type": "integer"},
        "extent": {"type": "double"},
        "parts": {"type": "integer"},
        "generation": _KEYWORD,
        "content": _STORED,
        "@timestamp": {"type": "date"},
    },
}
PART_MAPPING: Final[Mapping[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        # Scored 1 a term: what a part shares with a look-up is its score.
        "terms": {
            "type": "keyword",
            "doc_values": False,
            "norms": False,
            "index_options": "docs",
            "similarity": "boolean",
            "split_queries_on_whitespace": True,
        },
        "head": {"type": "keyword", "index": False},
        "generation": {"type": "keyword", "index": False},
        "ordinal": {"type": "integer", "index": False},
        "position": {"type": "double", "index": False, "doc_values": False},
        "signature": {"type": "binary"},
    },
}

_TERM: Final = np.dtype(">i8")
_TERM_BYTES: Final = 8
_LETTERS: Final = 11


def parts_of(side: Side) -> str:
    """Return the name of the index that holds a side's parts."""
    return f"parts-{side}"


@dataclass(frozen=True, slots=True)
class Head:
    """A print: whose it is, and which generation of parts is its own now."""

    owner: OwnerId
    modality: str
    version: int
    extent: float
    parts: int
    generation: str
    content: str

    @property
    def id(self) -> str:
        """Its name, whatever its generation."""
        return head_id(self.owner, self.modality)

    def source(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "side": self.owner.side,
            "owner": self.owner.id,
            "medium": self.owner.medium,
            "modality": self.modality,
            "version": self.version,
            "extent": self.extent,
            "parts": self.parts,
            "generation": self.generation,
            "content": self.content,
            "@timestamp": int(time.time() * 1000),
        }

    def part_ids(self, ordinals: Iterable[int] | None = None) -> list[str]:
        """Return what its parts are called, all or those with some numbers."""
        wanted = range(self.parts) if ordinals is None else ordinals
        return [f"{self.generation}-{ordinal}" for ordinal in wanted]


def head_id(owner: OwnerId, modality: str) -> str:
    """Name the print that an owner has of a modality."""
    return content_id("print", *owner, modality)


def head_of(source: Mapping[str, Any]) -> Head:
    """Return a head as it was stored."""
    owner = OwnerId(source["side"], source["owner"], source["medium"])
    return Head(
        owner,
        *(source["modality"], source["version"], source["extent"], source["parts"]),
        *(source["generation"], source["content"]),
    )


def new_head(owner: OwnerId, fingerprint: Fingerprint) -> Head:
    """Return the head of a new generation of a print."""
    return Head(
        owner,
        *(fingerprint.modality, fingerprint.version, fingerprint.extent, len(fingerprint.parts)),
        generation=f"{int(time.time() * 1000):011x}{secrets.token_hex(4)}",
        content=_content(fingerprint),
    )


def part_sources(head: Head, fingerprint: Fingerprint) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the ids and documents of a print's parts."""
    for id, (ordinal, part) in zip(head.part_ids(), enumerate(fingerprint.parts), strict=True):
        yield (
            id,
            {
                "terms": words(part.terms, head.modality),
                "head": head.id,
                "generation": head.generation,
                "ordinal": ordinal,
                "position": part.position,
                "signature": b64encode(part.signature).decode(),
            },
        )


def part_of(source: Mapping[str, Any]) -> Part:
    """Return a part as it was stored."""
    return Part(source["position"], terms(source["terms"]), b64decode(source["signature"]))


def words(terms: NDArray[np.int64], modality: str) -> list[str]:
    """Return terms as the words they are indexed by: their modality, and 11 letters of base64."""
    raw = terms.astype(_TERM).tobytes()
    return [
        f"{modality}:{urlsafe_b64encode(raw[start : start + _TERM_BYTES])[:_LETTERS].decode()}"
        for start in range(0, len(raw), _TERM_BYTES)
    ]


def terms(words: Iterable[str]) -> NDArray[np.int64]:
    """Return the terms that words stand for."""
    raw = b"".join(b64decode(f"{word[-_LETTERS:]}=", altchars=b"-_") for word in words)
    return np.frombuffer(raw, _TERM).astype(np.int64)


def _content(fingerprint: Fingerprint) -> str:
    """Return a digest of all that is stored of a print."""
    digest = hashlib.sha256(f"{fingerprint.version} {fingerprint.extent!r}".encode())
    for part in fingerprint.parts:
        terms = part.terms.astype(_TERM).tobytes()
        digest.update(f"|{part.position!r} {len(terms)} {len(part.signature)}|".encode())
        digest.update(terms)
        digest.update(part.signature)
    return digest.hexdigest()[:32]
