"""The contract of a modality, tested. A subclass named Test… supplies cases only.

    class TestText(ModalitySuite):
        modality = TextModality()
        originals = (Sample("chapter", b"..."), ...)
        near_duplicates = (NearDuplicate("traditional", Sample("t", b"..."), of="chapter"), ...)
        strangers = (Sample("other novel", b"..."), ...)
        refused = (Refused(Sample("noise", b"..."), Undecodable), ...)

Brute-force `verify` is the oracle of the candidates: what it finds, the terms must find.
"""

from __future__ import annotations

import base64
import io
import json
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest

from fingerprints.contract import Comparison, Fingerprint, Limits, Modality, Part, Probe
from fingerprints.errors import FingerprintError, TooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Sample:
    """One file under a name that is unique in its class."""

    name: str
    content: bytes = field(repr=False)
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A copy, what was done to it, and the name of the original it was made from."""

    done: str
    copy: Sample
    of: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that must give this very error; `limits` None means the class's own."""

    sample: Sample
    error: type[FingerprintError]
    limits: Limits | None = None


class NaiveIndex:
    """An inverted index in a dict: (work, part) by term, as any real one must answer."""

    def __init__(self, works: dict[str, Fingerprint]) -> None:
        self._postings: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for name, work in works.items():
            for number, part in enumerate(work.parts):
                for term in part.terms.tolist():
                    self._postings[term].append((name, number))

    def candidates(self, probe: Probe) -> dict[str, set[int]]:
        """Numbers of the candidate parts of each candidate work."""
        found: dict[str, set[int]] = defaultdict(set)
        for lookup in probe.lookups:
            shared: Counter[tuple[str, int]] = Counter()
            for term in set(lookup.terms.tolist()):
                shared.update(self._postings.get(term, ()))
            for (name, number), count in shared.items():
                if count >= lookup.min_shared:
                    found[name].add(number)
        return dict(found)


class ModalitySuite:
    """What every modality must keep; see the module's docstring for how to fill it."""

    modality: ClassVar[Modality]
    limits: ClassVar[Limits] = Limits()
    symmetric: ClassVar[bool] = True
    """Whether verify(a, b) and verify(b, a) score the same, within `tolerance`."""
    tolerance: ClassVar[float] = 0.02
    covered_share: ClassVar[float] = 0.95
    """How much of a file its spans against itself must cover."""

    originals: ClassVar[tuple[Sample, ...]] = ()
    near_duplicates: ClassVar[tuple[NearDuplicate, ...]] = ()
    strangers: ClassVar[tuple[Sample, ...]] = ()
    refused: ClassVar[tuple[Refused, ...]] = ()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Run a test once for each case, named after it."""
        for wanted, cases in (
            ("original", [(one.name, one) for one in cls.originals]),
            ("near", [(one.done, one) for one in cls.near_duplicates]),
            ("stranger", [(one.name, one) for one in cls.strangers]),
            ("refusal", [(one.sample.name, one) for one in cls.refused]),
        ):
            if wanted in metafunc.fixturenames:
                assert cases, f"{cls.__name__} supplies no case for {wanted}"
                metafunc.parametrize(
                    wanted, [one for _, one in cases], ids=[name for name, _ in cases]
                )

    @classmethod
    def extract(cls, sample: Sample, limits: Limits | None = None) -> Fingerprint:
        """Fingerprint of one sample under `limits`, or the class's own."""
        return cls.modality.extract(
            io.BytesIO(sample.content), limits=limits or cls.limits, media_type=sample.media_type
        )

    @pytest.fixture(scope="class")
    @classmethod
    def prints(cls) -> dict[str, Fingerprint]:
        """Every sample's fingerprint, made once, by its name."""
        copies = [one.copy for one in cls.near_duplicates]
        samples = [*cls.originals, *copies, *cls.strangers]
        assert len({one.name for one in samples}) == len(samples), "sample names must be unique"
        return {one.name: cls.extract(one) for one in samples}

    @pytest.fixture(scope="class")
    @classmethod
    def works(cls, prints: dict[str, Fingerprint]) -> dict[str, Fingerprint]:
        """The originals' fingerprints: what a registry would hold."""
        return {one.name: prints[one.name] for one in cls.originals}

    def test_it_names_itself(self, original: Sample, prints: dict[str, Fingerprint]) -> None:
        printed = prints[original.name]
        assert (printed.modality, printed.version) == (self.modality.name, self.modality.version)
        assert self.modality.span_unit
        assert self.modality.media_types
        assert self.modality.probe(printed).modality == self.modality.name

    def test_same_bytes_same_fingerprint(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        assert stored(self.extract(original)) == stored(prints[original.name])

    def test_parts_are_well_formed(self, original: Sample, prints: dict[str, Fingerprint]) -> None:
        printed = prints[original.name]
        assert printed.parts
        assert math.isfinite(printed.extent)
        assert printed.extent > 0
        positions = [part.position for part in printed.parts]
        assert positions == sorted(positions)
        assert 0 <= positions[0] <= positions[-1] <= printed.extent
        for part in printed.parts:
            assert_terms(part.terms)
            assert isinstance(part.signature, bytes)

    def test_probe_is_well_formed(self, original: Sample, prints: dict[str, Fingerprint]) -> None:
        probe = self.modality.probe(prints[original.name])
        assert probe.lookups
        assert all(lookup.min_shared >= 1 for lookup in probe.lookups)
        assert all(one.terms.dtype == np.int64 and one.terms.ndim == 1 for one in probe.lookups)

    def test_facts_are_words_under_names(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        facts = self.modality.facts(prints[original.name])
        assert all(name.isidentifier() and fact for name, fact in facts.items())

    def test_fingerprint_survives_storage(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        printed = prints[original.name]
        back = restored(stored(printed))
        assert self.modality.verify(back, printed) == self.modality.verify(printed, printed)

    def test_a_file_is_a_copy_of_itself(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        printed = prints[original.name]
        comparison = self.modality.verify(printed, printed)
        assert comparison.score >= 0.99
        assert_comparison(comparison, printed, printed)
        covered = sum(span.copy[1] - span.copy[0] for span in comparison.spans)
        assert covered >= self.covered_share * printed.extent

    def test_a_near_duplicate_matches(
        self, near: NearDuplicate, prints: dict[str, Fingerprint]
    ) -> None:
        copy, work = prints[near.copy.name], prints[near.of]
        comparison = self.modality.verify(copy, work)
        assert comparison.score >= 0.5
        assert comparison.spans
        assert_comparison(comparison, copy, work)

    def test_both_ways_score_the_same(
        self, near: NearDuplicate, prints: dict[str, Fingerprint]
    ) -> None:
        copy, work = prints[near.copy.name], prints[near.of]
        there, back = self.modality.verify(copy, work), self.modality.verify(work, copy)
        assert_comparison(back, work, copy)
        if self.symmetric:
            assert there.score == pytest.approx(back.score, abs=self.tolerance)

    def test_a_near_duplicate_matches_nothing_else(
        self, near: NearDuplicate, prints: dict[str, Fingerprint], works: dict[str, Fingerprint]
    ) -> None:
        others = {name: work for name, work in works.items() if name != near.of}
        self.assert_strangers(prints[near.copy.name], others)

    def test_originals_are_strangers_to_each_other(
        self, original: Sample, works: dict[str, Fingerprint]
    ) -> None:
        others = {name: work for name, work in works.items() if name != original.name}
        self.assert_strangers(works[original.name], others)

    def test_a_stranger_matches_nothing(
        self, stranger: Sample, prints: dict[str, Fingerprint], works: dict[str, Fingerprint]
    ) -> None:
        self.assert_strangers(prints[stranger.name], works)

    def assert_strangers(self, query: Fingerprint, works: dict[str, Fingerprint]) -> None:
        """No work is a copy of the query, and no span says so."""
        for name, work in works.items():
            comparison = self.modality.verify(query, work)
            assert comparison.score < 0.5, name
            assert comparison.spans == (), name
            assert_comparison(comparison, query, work)

    def test_each_part_alone_can_be_verified(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        whole = prints[original.name]
        for part in sample_of(whole.parts, 5):
            alone = replace(whole, parts=(part,))
            comparison = self.modality.verify(whole, alone)
            assert_comparison(comparison, whole, alone)
            assert comparison.score >= 0.5

    def test_parts_apart_can_be_verified(
        self, original: Sample, prints: dict[str, Fingerprint]
    ) -> None:
        whole = prints[original.name]
        gappy = replace(whole, parts=whole.parts[::2])
        comparison = self.modality.verify(whole, gappy)
        assert comparison.score >= 0.5
        assert_comparison(comparison, whole, gappy)

    def test_candidates_hold_what_verify_finds(
        self, prints: dict[str, Fingerprint], works: dict[str, Fingerprint]
    ) -> None:
        index = NaiveIndex(works)
        for query_name, query in prints.items():
            candidates = index.candidates(self.modality.probe(query))
            for work_name, work in works.items():
                if self.modality.verify(query, work).score < 0.5:
                    continue
                assert work_name in candidates, f"{query_name} → {work_name}"
                numbers = sorted(candidates[work_name])
                handed = replace(work, parts=tuple(work.parts[n] for n in numbers))
                comparison = self.modality.verify(query, handed)
                assert comparison.score >= 0.5, f"{query_name} → {work_name}, parts {numbers}"
                assert_comparison(comparison, query, handed)

    def test_refused_files_give_the_named_error(self, refusal: Refused) -> None:
        with pytest.raises(FingerprintError) as caught:
            self.extract(refusal.sample, refusal.limits)
        assert type(caught.value) is refusal.error

    def test_input_bytes_is_kept(self, original: Sample) -> None:
        size = len(original.content)
        self.extract(original, replace(self.limits, input_bytes=size))
        with pytest.raises(TooLarge) as caught:
            self.extract(original, replace(self.limits, input_bytes=size - 1))
        assert caught.value.limit == "input_bytes"

    def test_damaged_files_give_a_print_or_a_named_error(self, original: Sample) -> None:
        for damaged in damages(original.content):
            sample = replace(original, content=damaged)
            try:
                printed = self.extract(sample)
            except FingerprintError:
                continue
            assert printed.parts


def assert_terms(terms: np.ndarray) -> None:
    """Terms are one row of distinct, ascending int64."""
    assert terms.dtype == np.int64
    assert terms.ndim == 1
    assert (np.diff(terms.astype(object)) > 0).all()


def assert_comparison(comparison: Comparison, copy: Fingerprint, work: Fingerprint) -> None:
    """Score in [0, 1]; spans ordered, apart from each other in the copy, inside both extents."""
    assert 0 <= comparison.score <= 1
    assert math.isfinite(comparison.distance)
    assert comparison.unit
    if comparison.score < 0.5:
        assert comparison.spans == ()
    end = 0.0
    for span in comparison.spans:
        assert end <= span.copy[0] < span.copy[1] <= copy.extent
        assert 0 <= span.work[0] < span.work[1] <= work.extent
        end = span.copy[1]


def stored(printed: Fingerprint) -> str:
    """A fingerprint as a store that knows only JSON keeps it."""
    parts = [
        {
            "position": part.position,
            "terms": part.terms.tolist(),
            "signature": base64.b64encode(part.signature).decode(),
        }
        for part in printed.parts
    ]
    return json.dumps([printed.modality, printed.version, printed.extent, parts], allow_nan=False)


def restored(text: str) -> Fingerprint:
    """The fingerprint `stored` wrote."""
    modality, version, extent, parts = json.loads(text)
    return Fingerprint(
        modality=modality,
        version=version,
        extent=extent,
        parts=tuple(
            Part(
                position=part["position"],
                terms=np.array(part["terms"], np.int64),
                signature=base64.b64decode(part["signature"]),
            )
            for part in parts
        ),
    )


def sample_of(parts: Sequence[Part], count: int) -> list[Part]:
    """At most `count` parts, spread evenly, the first and last among them."""
    if len(parts) <= count:
        return list(parts)
    return [parts[round(n * (len(parts) - 1) / (count - 1))] for n in range(count)]


def damages(content: bytes) -> list[bytes]:
    """Cut short at several places, and with bytes overwritten; the same ones each run."""
    chance = random.Random(len(content))  # noqa: S311 (damage, not secrets)
    cuts = [content[: len(content) * share // 100] for share in (0, 1, 10, 50, 99)]
    for count in (1, 10, 100):
        damaged = bytearray(content)
        for _ in range(count):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cuts.append(bytes(damaged))
    return cuts
