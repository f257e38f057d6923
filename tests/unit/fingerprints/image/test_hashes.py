from pathlib import Path

import imagehash
import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image

from fingerprints.image import hashes, plain

DATA = Path(skimage.__file__).parent / "data"


def noise(seed: int, side: int = 150) -> NDArray[np.uint8]:
    """Blobs: neither flat nor white noise, and no multiple of the grid."""
    coarse = np.random.default_rng(seed).integers(0, 256, (27, 27)).astype(np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BILINEAR))


def test_a_hash_is_half_ones() -> None:
    bits = np.unpackbits(hashes.variants(hashes.grid(noise(1)))[0])
    assert bits.sum() == 128


def test_each_variant_is_the_hash_of_the_picture_flipped_and_turned() -> None:
    original = noise(2, 800)  # where PDQ's blur is of odd width, and so the same from both sides
    found = hashes.variants(hashes.grid(original))
    for way in range(hashes.VARIANTS):
        turned = original.T if way & 4 else original
        turned = turned[:, ::-1] if way & 1 else turned
        turned = turned[::-1] if way & 2 else turned
        expected = hashes.variants(hashes.grid(np.ascontiguousarray(turned)))[0]
        assert hashes.distances(found[way][None], expected[None])[0, 0] <= 2


def test_strangers_differ_in_about_half_their_bits() -> None:
    all_of_them = np.stack([hashes.variants(hashes.grid(noise(seed)))[0] for seed in range(40)])
    apart = hashes.distances(all_of_them, all_of_them)
    assert (np.diag(apart) == 0).all()
    assert (apart == apart.T).all()
    others = apart[~np.eye(40, dtype=bool)]
    assert 122 < others.mean() < 134
    assert others.min() > 80


def test_light_and_contrast_do_not_matter() -> None:
    original = noise(3)
    darker = (original * 0.5 + 20).astype(np.uint8)
    pair = [hashes.variants(hashes.grid(one))[:1] for one in (original, darker)]
    assert hashes.distances(*pair)[0, 0] <= 4


def test_quality_tells_flat_from_rich() -> None:
    assert hashes.quality(hashes.grid(np.full((90, 90), 77, np.uint8))) == 0
    assert hashes.quality(hashes.grid(noise(4))) == 100


def test_neighbours_are_one_bit_away() -> None:
    averages = hashes.grid(noise(5))
    rows = hashes.slots(hashes.variants(averages)[0])
    near = hashes.neighbours(rows, hashes.weakest(averages))
    assert near.shape == (16, 1 + hashes.WEAKEST)
    assert (near[:, 0] == rows).all()
    assert (np.bitwise_count(near[:, 1:] ^ rows[:, None]) == 1).all()
    assert 0 <= near.min() <= near.max() < 2**16


def test_the_bits_nearest_to_the_median_are_the_weakest() -> None:
    averages = hashes.grid(noise(6))
    frequencies = hashes.coefficients(averages)
    nearest = np.abs(frequencies - np.median(frequencies)).argmin(axis=1)
    assert (hashes.weakest(averages)[:, 0] == 15 - nearest).all()


# What `pdqhash.compute` of pdqhash 0.2.8, ThreatExchange's own code, returns for whole pictures.
PDQ = {
    "astronaut.png": "2d6b1af3a956c529e79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724",
    "coffee.png": "8c629e779a663698b9a33866c026726c21a679f61eb6e1f8c79ba7e23c8299e0",
    "chelsea.png": "5feb5321f01da156898e2bf629a5d3438412cdbd23f48942464526315db33ffd",
    "rocket.jpg": "8792786c87937064bf1bc0e43f1fc0e03f1cc2e33da4c2537cec821b2ce4f376",
}
BEST_QUALITY = 100  # of each of them


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def pixels(name: str) -> Image.Image:
    with Image.open(DATA / name) as image:
        return image.convert("RGB")


@pytest.mark.parametrize("name", PDQ)
@pytest.mark.parametrize("most", [200, 512])
def test_the_bits_are_those_of_pdq(name: str, most: int) -> None:
    picture = pixels(name)
    small = picture.convert("L")
    small.thumbnail((most, most), Image.Resampling.BOX)
    samples = hashes.grid(np.asarray(small), picture.size)
    found = hashes.signs(hashes.coefficients(samples))
    assert apart(hashes.hexadecimal(found), PDQ[name]) <= (10 if most < 512 else 4)
    assert abs(hashes.quality(samples) - BEST_QUALITY) <= 3


def test_pdq_of_the_same_pixels_is_the_same() -> None:
    picture = pixels("chelsea.png").convert("L")
    found = hashes.signs(hashes.coefficients(hashes.grid(np.asarray(picture))))
    assert hashes.hexadecimal(found) == PDQ["chelsea.png"]  # gray or not: PDQ sees luminance


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg"])
def test_plain_hashes_are_those_of_imagehash(name: str) -> None:
    picture = pixels(name).convert("L")
    found = plain.plain_hashes(np.asarray(picture))
    assert found.perceptual.hex() == str(imagehash.phash(picture))
    assert found.difference.hex() == str(imagehash.dhash(picture))
    assert found.average.hex() == str(imagehash.average_hash(picture))
    wavelet = np.frombuffer(bytes.fromhex(str(imagehash.whash(picture))), np.uint8)
    differing = np.bitwise_count(wavelet ^ np.frombuffer(found.wavelet, np.uint8))
    assert differing.sum() <= 6
