import io

import numpy as np
from PIL import Image

from benchmarks.accuracy.image.candidates import Postings, Work, looked_up
from fingerprints.contract import Fingerprint, Limits
from fingerprints.image import ImageModality


def fingerprint(seed: int) -> Fingerprint:
    noise = np.random.default_rng(seed).integers(0, 256, (24, 32)).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(noise).resize((480, 360), Image.Resampling.BICUBIC).save(written, "png")
    return ImageModality().extract(written, limits=Limits())


def test_a_picture_finds_itself_and_touches_few_others() -> None:
    prints = [fingerprint(seed) for seed in range(4)]
    works = [
        Work(f"{n}", [part.terms for part in printed.parts]) for n, printed in enumerate(prints)
    ]
    looked = looked_up(prints[2], Postings(works))
    assert looked.shared.argmax() == 2
    assert looked.shared[2] > 100
    assert (looked.touched >= looked.shared).all()
    assert np.delete(looked.touched, 2).max() < 0.1 * looked.shared[2]
    assert 1_000 < looked.asked < 1_850


def test_a_pictures_terms_are_few() -> None:
    printed = fingerprint(7)
    assert sum(part.terms.size for part in printed.parts) <= 420
    assert sum(lookup.terms.size for lookup in ImageModality().probe(printed).lookups) <= 1_750
