"""Real tools that make and copy documents.

Chromium prints, Ghostscript draws pages, ImageMagick scans them, Pillow binds them.
"""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from fingerprints.archive import members, natural_order
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONVERT: Final = "/usr/bin/convert"
GHOSTSCRIPT: Final = "/usr/bin/gs"
CHROMIUM: Final = "/usr/bin/chromium"
FONT: Final = "Noto-Sans-CJK-SC"


def run(*command: str | Path) -> bytes:
    """Run a tool and return what it prints; raises `CalledProcessError`."""
    return subprocess.run([str(one) for one in command], check=True, capture_output=True).stdout


def printed(html: Path, target: Path) -> None:
    """Print a page to PDF."""
    with tempfile.TemporaryDirectory(prefix="marque-chromium-") as profile:
        run(
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu"),
            *(f"--user-data-dir={profile}", "--no-pdf-header-footer"),
            *(f"--print-to-pdf={target.absolute()}", html.absolute().as_uri()),
        )


def some_pages(pdf: Path, first: int, last: int, target: Path) -> None:
    """Write pages of a PDF, counted from 1, to another."""
    device = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite")
    run(GHOSTSCRIPT, *device, f"-dFirstPage={first}", f"-dLastPage={last}", "-o", target, pdf)


def drawn(pdf: Path, first: int, last: int, folder: Path, dpi: int) -> list[Path]:
    """Draw pages of a PDF, counted from 1, as pictures."""
    device = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=png16m", f"-r{dpi}")
    smooth = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
    pages = (f"-dFirstPage={first}", f"-dLastPage={last}")
    run(GHOSTSCRIPT, *device, *smooth, *pages, "-o", folder / "page%04d.png", pdf)
    return sorted(folder.glob("page*.png"))


def pictures_of(comic: Path, folder: Path) -> list[Path]:
    """Write the pictures of a comic into a folder, in order."""
    written = []
    with comic.open("rb") as source:
        ordered = sorted(members(source, Limits()), key=lambda one: natural_order(one.path))
        for number, member in enumerate(ordered):
            path = folder / f"page{number:04}{member.suffix}"
            path.write_bytes(member.open().read())
            written.append(path)
    return written


def zipped(files: Mapping[str, bytes | str | Path], target: Path, *, first: str = "") -> Path:
    """Write files into a zip, that of the name `first` unpacked; all with the same date."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            archive.writestr(info, content.read_bytes() if isinstance(content, Path) else content)
    return target


def bound(scans: Sequence[Path], target: Path, quality: int = 85) -> Path:
    """Write pictures as the pages of a PDF, as scanners do: a JPEG a page."""
    opened = [Image.open(one).convert("RGB") for one in scans]
    opened[0].save(target, "pdf", save_all=True, append_images=opened[1:], quality=quality)
    return target
