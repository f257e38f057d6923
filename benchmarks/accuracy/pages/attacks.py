"""What is done to books, comics and standards that are put up again."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final, Protocol

import pypdfium2 as pdfium

from benchmarks.accuracy.pages import tools
from benchmarks.accuracy.pages.originals import has_text, is_comic, is_pdf
from benchmarks.accuracy.suite import Attack
from fingerprints import document
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from benchmarks.accuracy.suite import Make, Original

_MARK: Final = "www.盗版.com"
_GOAL: Final = 0.95
_SCANNED: Final = 6
"""Pages of a scan; the whole book would only cost time."""
_STRIP_WIDTH: Final = 720


class _Bind(Protocol):
    """Make a copy's file of pictures of pages, in order."""

    def __call__(self, pages: list[Path], folder: Path, chance: Random) -> Path: ...


def _pages(original: Original, folder: Path, chance: Random, count: int, dpi: int) -> list[Path]:
    """Pictures of `count` pages on end, from anywhere in the work."""
    if is_comic(original):
        found = tools.pictures_of(original.path, folder)
        start = chance.randint(0, max(0, len(found) - count))
        return found[start : start + count]
    first = chance.randint(1, max(1, _length(original.path) - count + 1))
    return tools.drawn(original.path, first, first + count - 1, folder, dpi)


def _length(pdf: Path) -> int:
    with pdfium.PdfDocument(pdf) as file:
        return len(file)


def _of_pages(bind: _Bind, count: int, dpi: int = 110) -> Make:
    def make(original: Original, folder: Path, chance: Random) -> Path:
        return bind(_pages(original, folder, chance, count, dpi), folder, chance)

    return make


def _scanned(pages: list[Path], folder: Path, chance: Random) -> Path:
    """Turned by a degree or two, margins cut, grey, a mark across, hard JPEG, in a PDF."""
    scans = []
    for number, page in enumerate(pages):
        scan = folder / f"scan{number:02}.jpg"
        turn = chance.choice((-1, 1)) * chance.uniform(1.0, 2.0)
        tools.run(
            *(tools.CONVERT, page, "-background", "white", "-rotate", f"{turn:.2f}", "+repage"),
            *("-gravity", "center", "-crop", "94x95%+0+0", "+repage", "-colorspace", "Gray"),
            *("-font", tools.FONT, "-pointsize", "56", "-fill", "rgba(128,128,128,0.45)"),
            *("-annotate", "330x330+0+0", _MARK, "-resize", "85%", "-quality", "40", scan),
        )
        scans.append(scan)
    return tools.bound(scans, folder / "copy.pdf", 40)


def _as_pdf(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    return tools.bound(pages, folder / "copy.pdf")


def _as_comic(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    """Smaller, and as WebP, in a 7z."""
    smaller = []
    for number, page in enumerate(pages):
        target = folder / f"small{number:02}.webp"
        tools.run(tools.CONVERT, page, "-resize", "70%", "-quality", "40", target)
        smaller.append(target)
    tools.run("/usr/bin/7z", "a", "-bd", folder / "copy.7z", *smaller)
    return folder / "copy.7z"


def _shuffled(pages: list[Path], folder: Path, chance: Random) -> Path:
    mixed = chance.sample(pages, len(pages))
    files: dict[str, bytes | str | Path] = {
        f"{at}{one.suffix}": one for at, one in enumerate(mixed)
    }
    return tools.zipped(files, folder / "copy.cbz")


def _one_picture(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    """One page, as somebody puts it up in a forum."""
    tools.run(tools.CONVERT, pages[0], "-resize", "80%", "-quality", "60", folder / "copy.jpg")
    return folder / "copy.jpg"


def _on_a_page(pages: list[Path], folder: Path, chance: Random) -> Path:
    """One page as a picture on a larger one."""
    x, y = chance.randint(40, 300), chance.randint(40, 200)
    tools.run(
        *(tools.CONVERT, "-size", "1400x1500", "xc:#f4f4f0"),
        *("(", pages[0], "-resize", "800x1100", ")", "-geometry", f"+{x}+{y}", "-composite"),
        *("-quality", "75", folder / "copy.jpg"),
    )
    return folder / "copy.jpg"


def _in_a_screenshot(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    """One page as a reading app shows it on a telephone: black around, a line of signs on top."""
    tools.run(
        *(tools.CONVERT, "-size", "1080x2340", "xc:black"),
        *("(", pages[0], "-resize", "1080x2000", ")", "-gravity", "center", "-composite"),
        *("-gravity", "north", "-font", tools.FONT, "-pointsize", "40", "-fill", "white"),
        *("-annotate", "+0+24", "21:07    73%", "-quality", "80", folder / "copy.jpg"),
    )
    return folder / "copy.jpg"


def _one_panel(pages: list[Path], folder: Path, chance: Random) -> Path:
    """Half a page's height, as somebody quotes a scene."""
    at = chance.choice(("north", "south"))
    cut = ("-gravity", at, "-crop", "96x50%+0+0", "+repage")
    tools.run(tools.CONVERT, pages[0], *cut, "-quality", "75", folder / "copy.jpg")
    return folder / "copy.jpg"


def _side_by_side(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    """Two pages in one picture, as scans of open books are."""
    joined = ("-resize", "x1200", "+append", "-quality", "75")
    tools.run(tools.CONVERT, *pages[:2], *joined, folder / "copy.jpg")
    return folder / "copy.jpg"


def _strip(pages: list[Path], target: Path) -> Path:
    """All pages below each other, as wide as telephones show them."""
    width = ("-resize", f"{_STRIP_WIDTH}x")
    tools.run(tools.CONVERT, *pages, *width, "-append", "-quality", "75", target)
    return target


def _long_picture(pages: list[Path], folder: Path, chance: Random) -> Path:  # noqa: ARG001
    return _strip(pages, folder / "copy.jpg")


def _slices(pages: list[Path], folder: Path, chance: Random) -> Path:
    """A long picture cut every so many pixels, wherever that is, as sites of comics do."""
    height = chance.randint(700, 1200)
    whole = _strip(pages, folder / "whole.png")
    cut = ("-crop", f"{_STRIP_WIDTH}x{height}", "+repage", "-quality", "75")
    tools.run(tools.CONVERT, whole, *cut, folder / "slice%03d.jpg")
    files: dict[str, bytes | str | Path] = {
        one.name: one for one in sorted(folder.glob("slice*.jpg"))
    }
    return tools.zipped(files, folder / "copy.cbz")


def _three_of_pdf(original: Original, folder: Path, chance: Random) -> Path:
    first = chance.randint(1, max(1, _length(original.path) - 2))
    tools.some_pages(original.path, first, first + 2, folder / "copy.pdf")
    return folder / "copy.pdf"


def _text(original: Original) -> str:
    with original.path.open("rb") as source:
        return document.text(source, Limits())


def _as_docx(original: Original, folder: Path, chance: Random) -> Path:  # noqa: ARG001
    paragraphs = (html.escape(one, quote=False) for one in _text(original).split("\n"))
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    files: dict[str, bytes | str | Path] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body>'
        "</w:document>",
    }
    return tools.zipped(files, folder / "copy.docx")


def _as_texts(original: Original, folder: Path, chance: Random) -> Path:
    """Text of other line lengths, an advertisement between, in GB 18030, zipped in pieces."""
    solid = _text(original).replace("\n", "")
    width = chance.randint(25, 60)
    lines = [solid[at : at + width] for at in range(0, len(solid), width)]
    for at in range(20, len(lines), 40):
        lines.insert(at, f"本书由 {_MARK} 整理,请收藏!")
    files: dict[str, bytes | str | Path] = {
        f"第{at // 200 + 1}章.txt": "\r\n".join(lines[at : at + 200]).encode("gb18030")
        for at in range(0, len(lines), 200)
    }
    return tools.zipped(files, folder / "copy.zip")


def _reprinted(original: Original, folder: Path, chance: Random) -> Path:
    """Set anew in another format and type, pieces out of order."""
    lines = _text(original).split("\n")
    cut = sorted(chance.sample(range(len(lines)), min(4, len(lines))))
    pieces = [lines[a:b] for a, b in zip([0, *cut], [*cut, len(lines)], strict=True)]
    chance.shuffle(pieces)
    body = "".join(f"<p>{html.escape(line)}</p>" for piece in pieces for line in piece)
    style = "@page{size:130mm 240mm} body{font-family:'Noto Sans CJK SC';font-size:13pt}"
    page = folder / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}", "utf-8")
    tools.printed(page, folder / "copy.pdf")
    return folder / "copy.pdf"


ATTACKS: Final = (
    Attack("three pages", None, _GOAL, _three_of_pdf, is_pdf),
    Attack("three pages of a comic", None, _GOAL, _of_pages(_as_comic, 3), is_comic),
    Attack("three pages of a comic scanned", None, _GOAL, _of_pages(_scanned, 3), is_comic),
    Attack("a comic scanned", None, _GOAL, _of_pages(_scanned, _SCANNED), is_comic),
    Attack("a comic bound as PDF", None, _GOAL, _of_pages(_as_pdf, _SCANNED), is_comic),
    Attack("a comic shuffled", None, _GOAL, _of_pages(_shuffled, _SCANNED), is_comic),
    Attack("pages of text scanned", None, _GOAL, _of_pages(_scanned, _SCANNED), is_pdf),
    Attack("one page of a comic", None, _GOAL, _of_pages(_one_picture, 1), is_comic),
    Attack("one page of text as picture", None, None, _of_pages(_one_picture, 1), is_pdf),
    Attack("one page of a comic on a page", None, _GOAL, _of_pages(_on_a_page, 1), is_comic),
    Attack(
        "one page of a comic in a screenshot", None, _GOAL, _of_pages(_in_a_screenshot, 1), is_comic
    ),
    Attack("half a page of a comic", None, None, _of_pages(_one_panel, 1), is_comic),
    Attack("two pages of a comic side by side", None, _GOAL, _of_pages(_side_by_side, 2), is_comic),
    Attack(
        "a comic as one long picture", None, _GOAL, _of_pages(_long_picture, _SCANNED), is_comic
    ),
    Attack(
        "a comic as a long picture in slices", None, _GOAL, _of_pages(_slices, _SCANNED), is_comic
    ),
    Attack("text to docx", None, _GOAL, _as_docx, has_text),
    Attack("text to gb18030 in zip", None, _GOAL, _as_texts, has_text),
    Attack("set anew", None, _GOAL, _reprinted, has_text),
)
