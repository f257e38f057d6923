"""The digest modality keeps the contract: the very same file matches, nothing else does."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from fingerprints.digest import DigestModality, extended, print_of
from fingerprints.errors import NothingToPrint
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample

if TYPE_CHECKING:
    from fingerprints.contract import Fingerprint

SMALL, LARGE = b"one file", random.Random(1).randbytes(10_000_000)  # noqa: S311 (no secret)


class TestDigest(ModalitySuite):
    modality = DigestModality()
    originals = (Sample("small", SMALL), Sample("large", LARGE))
    near_duplicates = (NearDuplicate("under another name", Sample("same", LARGE), of="large"),)
    strangers = (
        Sample("a byte less", LARGE[:-1]),
        Sample("a byte changed", LARGE[:-1] + bytes([LARGE[-1] ^ 1])),
    )
    refused = (Refused(Sample("empty", b""), NothingToPrint),)

    def test_it_names_itself(self, original: Sample, prints: dict[str, Fingerprint]) -> None:
        printed = prints[original.name]
        assert (printed.modality, printed.version) == ("digest", 1)
        assert not self.modality.media_types

    @pytest.mark.parametrize("kind", ["md5", "sha1", "sha256", "ed2k", "gcid", "btroot"])
    def test_one_hash_that_is_shown_is_enough(
        self, kind: str, prints: dict[str, Fingerprint]
    ) -> None:
        work = prints["large"]
        shown = f"{kind}:{self.modality.facts(work)[kind]}"
        comparison = self.modality.verify(print_of([shown, "md5:" + "0" * 32]), work)
        assert comparison.score == 1.0
        assert [span.content for span in comparison.spans] == [shown]

    def test_a_file_may_be_known_by_further_hashes(self, prints: dict[str, Fingerprint]) -> None:
        infohash = "magnet:" + "a1" * 20
        work = extended(prints["small"], [infohash])
        assert self.modality.verify(print_of([infohash]), work).score == 1.0
        assert self.modality.verify(prints["small"], work).score == 1.0
