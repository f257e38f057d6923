import numpy as np
import pytest

from fingerprints.audio import peaks, signature
from fingerprints.audio.signature import Sound
from fingerprints.errors import Undecodable
from tests.unit.fingerprints.audio.sound import music, samples

FOUND = peaks.find(samples(music(8, 40)))
WHOLE = Sound(np.arange(100, 400), np.arange(300, dtype=np.uint32) * 7_000_003, FOUND)


def part(begin: int, end: int) -> bytes:
    """Milliseconds from begin to end, and as many items."""
    low, high = np.searchsorted(FOUND.times, (begin, end))
    rows = slice(begin // 200, end // 200)
    some = Sound(WHOLE.numbers[rows], WHOLE.items[rows], FOUND.where(slice(int(low), int(high))))
    return signature.packed(some, begin)


def same(one: Sound, other: Sound) -> bool:
    columns = zip(one.peaks, other.peaks, strict=True)
    peaks_too = all(np.array_equal(mine, theirs) for mine, theirs in columns)
    return peaks_too and np.array_equal(one.items, other.items)


def test_a_signature_survives_its_bytes() -> None:
    written = signature.packed(WHOLE, 0)
    assert same(signature.unpacked(written), WHOLE)
    assert len(written) < 40 * 450


def test_parts_are_put_together_again() -> None:
    parts = [signature.unpacked(part(begin, begin + 15_000)) for begin in (0, 12_000, 25_000)]
    whole = signature.joined(parts)
    assert (whole.numbers == WHOLE.numbers[:200]).all()
    assert (whole.peaks.times == FOUND.times[FOUND.times < 40_000]).all()
    assert signature.joined([]).peaks.size == 0


def test_other_bytes_are_refused() -> None:
    written = signature.packed(WHOLE, 0)
    for bad in (b"", b"\x09" + written[1:], written[:-1]):
        with pytest.raises(Undecodable):
            signature.unpacked(bad)
