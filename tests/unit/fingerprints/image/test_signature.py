from dataclasses import fields

import numpy as np

from fingerprints.contract import Region
from fingerprints.image import hashes, local, overlay, signature
from fingerprints.image.plain import PlainHashes
from fingerprints.image.signature import Detail, View
from fingerprints.image.views import ViewKind


def test_a_signature_survives_its_bytes() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300)).astype(np.uint8)
    averages = hashes.grid(noise)
    canvas = signature.canvas(
        noise[: overlay.SIDE, : overlay.SIDE], 3000, 2000, local.features(noise)
    )
    plain = PlainHashes(*(bytes([n] * 8) for n in range(4)))
    region = Region(0.25, 0.0, 1.0, 0.75)
    written = View(
        ViewKind.PANEL,
        region,
        77,
        hashes.variants(averages),
        hashes.weakest(averages),
        Detail(plain, 3000, 2000, canvas),
    )
    read = signature.unpacked(signature.packed(written))
    assert (read.kind, read.quality) == (ViewKind.PANEL, 77)
    assert np.allclose(read.region, region, atol=1e-4)
    assert (read.hashed == written.hashed).all()
    assert (read.weakest == written.weakest).all()
    assert read.detail is not None
    assert (read.detail.plain, read.detail.width, read.detail.height) == (plain, 3000, 2000)
    again = read.detail.canvas
    assert (again.width, again.height) == (1.0, 2 / 3)
    assert (again.averages == canvas.averages).all()
    for one in fields(canvas.features):
        expected = getattr(canvas.features, one.name)
        assert (getattr(again.features, one.name) == expected).all(), one.name


def test_a_view_without_details_is_small() -> None:
    hashed = np.arange(256, dtype=np.uint8).reshape(8, 32)
    weakest = np.zeros((16, hashes.WEAKEST), np.uint8)
    packed = signature.packed(View(ViewKind.LADDER, Region(0, 0, 0.9, 0.9), 50, hashed, weakest))
    assert len(packed) < 400
    read = signature.unpacked(packed)
    assert read.detail is None
    assert (read.hashed == hashed).all()
