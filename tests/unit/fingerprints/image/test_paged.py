"""Books of pictures: pages in order, pages of text left out."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image, ImageDraw, ImageOps

from fingerprints.contract import Fingerprint, Limits
from fingerprints.errors import NothingToPrint
from fingerprints.image import ImageModality, paged, verdict

DATA = Path(skimage.__file__).parent / "data"
MODALITY = ImageModality()
NAMES = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "retina.jpg", "ihc.png")


def picture(name: str) -> Image.Image:
    with Image.open(DATA / name) as image:
        found = image.convert("RGB")
    found.thumbnail((400, 400))
    return found


def text(seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    page = Image.new("RGB", (700, 1000), "white")
    draw = ImageDraw.Draw(page)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz     "))
    for y in range(60, 940, 22):
        draw.text((60, y), "".join(chance.choice(letters, 90)), fill="black", font_size=14)
    return page


def book(pages: list[Image.Image]) -> Fingerprint:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number, page in enumerate(pages):
            file = io.BytesIO()
            page.save(file, "jpeg", quality=80)
            archive.writestr(f"{number:03}.jpg", file.getvalue())
    written.seek(0)
    return MODALITY.extract(written, limits=Limits(), media_type="application/vnd.comicbook+zip")


def single(page: Image.Image) -> Fingerprint:
    file = io.BytesIO()
    page.save(file, "jpeg", quality=60)
    file.seek(0)
    return MODALITY.extract(file, limits=Limits())


PICTURES = [picture(name) for name in NAMES]
BOOK = book([text(1), *PICTURES, text(2)])


def test_pages_are_numbered_and_text_is_left_out() -> None:
    assert BOOK.extent == 8
    assert sorted({part.position for part in BOOK.parts}) == [1, 2, 3, 4, 5, 6]


def test_a_page_finds_its_book() -> None:
    found = MODALITY.verify(single(ImageOps.mirror(PICTURES[2])), BOOK)
    assert found.score > 0.6
    assert [(one.copy, one.work) for one in found.spans] == [((0, 1), (3, 4))]


def test_three_pages_in_order_are_stronger_than_one() -> None:
    crops = [ImageOps.crop(one, 60) for one in PICTURES[1:4]]
    three = MODALITY.verify(book(crops), BOOK)
    one = MODALITY.verify(book(crops[:1]), BOOK)
    assert three.score >= one.score > 0
    assert [one.work for one in three.spans] == [(2, 3), (3, 4), (4, 5)]
    assert three.spans[0].work_region is not None


def test_pages_in_another_order_are_counted_in_order() -> None:
    found = MODALITY.verify(book(PICTURES[::-1]), BOOK)
    assert len(found.spans) == 1


def test_books_of_other_pictures_do_not_match() -> None:
    other = book([picture(name) for name in ("camera.png", "coins.png", "moon.png", "text.png")])
    assert MODALITY.verify(other, BOOK).score < 0.3
    assert verdict.evidence(other, BOOK)["pages"] < 4


def laid_out(picture: Image.Image, seed: int) -> Image.Image:
    """A page of one tool: a picture of one size in one place, a rule, lines of text."""
    page = text(seed)
    page.paste(picture.resize((520, 380)), (90, 60))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 440, 700, 470), fill="white")
    draw.line((60, 455, 640, 455), fill="black", width=3)
    return page


def test_documents_of_one_layout_are_strangers() -> None:
    mine = book([laid_out(one, seed) for seed, one in enumerate(PICTURES[:3])])
    other = book([laid_out(one, seed) for seed, one in enumerate(PICTURES[3:], start=10)])
    assert MODALITY.verify(mine, other).score < 0.5
    assert MODALITY.verify(mine, mine).score > 0.9


def test_pages_that_are_all_the_same_count_once() -> None:
    same = book([PICTURES[0]] * 6)
    once = book([PICTURES[0], text(1), text(2), text(3), text(4), text(5)])
    found = MODALITY.verify(same, same)
    assert len(found.spans) == 6
    assert found.score <= MODALITY.verify(once, once).score


def test_text_alone_is_nothing_to_print() -> None:
    with pytest.raises(NothingToPrint):
        book([text(3), text(4)])


def test_evidence_names_every_witness() -> None:
    said = verdict.evidence(single(PICTURES[0]), single(PICTURES[0]))
    assert set(said) == {"view", "plain view", "laid", "dense", "shading", "pages"}
    assert said["view"] == 128


def test_a_book_of_three_hundred_pages_meets_another() -> None:
    pages = [part for part in BOOK.parts if part.position == 1]
    chance = np.random.default_rng(1)
    many = []
    for number in range(300):
        shuffled = replace(pages[0], terms=np.unique(chance.integers(0, 2**40, 300)))
        many.append(replace(shuffled, position=float(number)))
    long = replace(BOOK, parts=tuple(many), extent=300.0)
    found = MODALITY.verify(long, long)
    assert len(found.spans) == 300


def test_only_the_nearest_pages_are_searched() -> None:
    ours, theirs = paged.pages(single(ImageOps.mirror(PICTURES[2]))), paged.pages(BOOK)
    searched = paged.worth_searching(ours, theirs)
    assert len(searched) == 3 < len(theirs)
    assert (0, 2) in searched
    assert paged.worth_searching(theirs, ours) == {(j, i) for i, j in searched}
    assert paged.worth_searching(ours, ours) == {(0, 0)}
    assert paged.worth_searching(theirs, theirs) == set()
