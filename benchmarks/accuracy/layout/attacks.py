"""What is done to pages of text that are put up as pictures, by Ghostscript and ImageMagick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import pypdfium2 as pdfium

from benchmarks.accuracy.pages import tools
from benchmarks.accuracy.suite import Attack

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from benchmarks.accuracy.suite import Make, Original

_MARK: Final = "www.盗版.com"
_GOAL: Final = 0.95
_GOAL_HARD: Final = 0.9
_LIGHT: Final = "0,0 gray(75%) %[fx:w],0 gray(100%) 0,%[fx:h] gray(85%)"
_FULL: Final = 0.75  # of the longest page's text: with less, it is a chapter's end


class _Redo(Protocol):
    """Say what ImageMagick does to a page; chance is the `Random`'s."""

    def __call__(self, chance: Random) -> tuple[str, ...]: ...


def _full_pages(pdf: Path, count: int, chance: Random) -> range:
    """Choose pages on end, counted from 1, from where the page is full of text."""
    with pdfium.PdfDocument(pdf) as file:
        sizes = [page.get_textpage().count_chars() for page in file]
    last = len(sizes) - count
    full = [at for at in range(last + 1) if sizes[at] >= _FULL * max(sizes)]
    start = chance.choice(full or [max(0, last)])
    return range(start + 1, min(start + count, len(sizes)) + 1)


def _pages(original: Original, folder: Path, chance: Random, count: int, dpi: int) -> list[Path]:
    pages = _full_pages(original.path, count, chance)
    return tools.drawn(original.path, pages[0], pages[-1], folder, dpi)


def _picture(redo: _Redo, dpi: int = 150) -> Make:
    """One page as a JPEG."""

    def make(original: Original, folder: Path, chance: Random) -> Path:
        (page,) = _pages(original, folder, chance, 1, dpi)
        tools.run(tools.CONVERT, page, "+repage", *redo(chance), folder / "copy.jpg")
        return folder / "copy.jpg"

    return make


def _comic(redo: _Redo, count: int) -> Make:
    """Some pages in a zip."""

    def make(original: Original, folder: Path, chance: Random) -> Path:
        files: dict[str, bytes | str | Path] = {}
        for number, page in enumerate(_pages(original, folder, chance, count, 150)):
            target = folder / f"small{number}.jpg"
            tools.run(tools.CONVERT, page, "+repage", *redo(chance), target)
            files[target.name] = target
        return tools.zipped(files, folder / "copy.cbz")

    return make


def _simply(*options: str) -> _Redo:
    def redo(chance: Random) -> tuple[str, ...]:  # noqa: ARG001
        return options

    return redo


def _scanned(least: float, most: float) -> _Redo:
    """Turned, blurred, noisy, darker to one side, hard JPEG."""

    def redo(chance: Random) -> tuple[str, ...]:
        turn = chance.choice((-1, 1)) * chance.uniform(least, most)
        return (
            *("-background", "#f4f4ee", "-rotate", f"{turn:.2f}", "+repage", "-blur", "0x0.8"),
            *("-attenuate", "0.4", "+noise", "Gaussian", "-colorspace", "Gray"),
            *("(", "+clone", "-sparse-color", "Barycentric", _LIGHT, ")"),
            *("-compose", "multiply", "-composite", "-quality", "30"),
        )

    return redo


def _photographed(chance: Random) -> tuple[str, ...]:
    """By hand: no corner is where it was, by up to 4 hundredths of the page."""
    moved = " ".join(
        f"%[fx:w*{x}],%[fx:h*{y}] %[fx:w*{x + _inward(x, chance)}],%[fx:h*{y + _inward(y, chance)}]"
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    )
    return (
        *("-virtual-pixel", "background", "-background", "#6a6258", "-distort", "Perspective"),
        *(moved, "-blur", "0x1", "-resize", "1400x1400", "-quality", "60"),
    )


def _inward(side: int, chance: Random) -> float:
    return round((1 - 2 * side) * chance.uniform(0, 0.04), 4)


def _marked(chance: Random) -> tuple[str, ...]:  # noqa: ARG001
    return (
        *("-font", tools.FONT, "-pointsize", "110", "-fill", "rgba(128,128,128,0.5)"),
        *("-gravity", "center", "-annotate", "330x330+0+0", _MARK, "-quality", "50"),
    )


def _new_heads(chance: Random) -> tuple[str, ...]:
    """Header and footer cut off, another number written."""
    page = str(chance.randint(100, 999))
    return (
        *("-background", "white", "-gravity", "north", "-chop", "0x70", "-splice", "0x70"),
        *("-gravity", "southeast", "-fill", "black", "-pointsize", "30", "-annotate", "+60+20"),
        *(page, "-quality", "60"),
    )


def _in_a_reader(chance: Random) -> tuple[str, ...]:
    """A page 700 pixels wide between bars on a screen, its lower part out of sight."""
    return (
        *("-resize", "700x", "-crop", "700x800+0+0", "+repage", "-gravity", "northwest"),
        *("-background", "#484848", "-splice", f"{chance.randint(150, 400)}x68"),
        *("-gravity", "southeast", "-splice", f"{chance.randint(150, 400)}x0"),
        *("-gravity", "northwest", "-fill", "white", "-pointsize", "20"),
        *("-annotate", "+10+10", "File  Edit  View  Bookmarks", "-quality", "75"),
    )


def _side_by_side(original: Original, folder: Path, chance: Random) -> Path:
    pages = _pages(original, folder, chance, 2, 110)
    tools.run(tools.CONVERT, *pages, "+append", "-quality", "60", folder / "copy.jpg")
    return folder / "copy.jpg"


ATTACKS: Final = (
    Attack("drawn at dpi", 100, _GOAL, _picture(_simply("-quality", "50"), 100)),
    Attack("drawn at dpi", 200, _GOAL, _picture(_simply("-quality", "50"), 200)),
    Attack("scanned", 2, _GOAL, _picture(_scanned(1, 2))),
    Attack("scanned", 5, None, _picture(_scanned(4, 5))),
    Attack("photographed", None, None, _picture(_photographed)),
    Attack("preview", 800, _GOAL, _picture(_simply("-resize", "800x", "-quality", "60"))),
    Attack("preview", 600, None, _picture(_simply("-resize", "600x", "-quality", "60"))),
    Attack("three pages", 600, _GOAL_HARD, _comic(_simply("-resize", "600x", "-quality", "60"), 3)),
    Attack(
        "cropped",
        None,
        None,
        _picture(_simply("-gravity", "center", "-crop", "76x80%+0+0", "+repage")),
    ),
    Attack("watermark", None, None, _picture(_marked)),
    Attack("other heads", None, None, _picture(_new_heads)),
    Attack("black and white", None, None, _picture(_simply("-threshold", "60%"))),
    Attack("in a reader", None, None, _picture(_in_a_reader)),
    Attack("two side by side", None, None, _side_by_side),
)
