"""Photographs, paintings, screenshots and figures of Debian packages, in two halves by package."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

import skimage
import sklearn

from benchmarks.accuracy.suite import Half, Original

_PACKAGES: Final = {
    Half.TUNE: ("krank", "mate-backgrounds", "gnome-backgrounds"),
    Half.REPORT: (
        "lomiri-wallpapers-16.04",
        "lomiri-wallpapers-20.04",
        "plasma-workspace-wallpapers",
        "ukui-wallpapers",
    ),
}
_SCREENSHOTS: Final = "games-thumbnails"
_FIGURES: Final = "opencv-doc"
_FIGURES_KEPT: Final = 3  # one in so many: what one tutorial shows is much alike
_ENDINGS: Final = {".jpg", ".jpeg", ".png", ".webp"}
_LEAST_BYTES: Final = 20_000
_DRAWN_TEXT: Final = {"text", "page"}  # running text is the text modality's
_SEE_THROUGH: Final = re.compile(
    r"mate/abstract/(Arc|Flow|Gulp|Silk|Spring|Waves)|MATE-Stripes-Light"
)
_SCHEMES: Final = re.compile(r"-[dl]$|[_-]?\d+x\d+$|-no-logo$|-(light|dark)$", re.IGNORECASE)
_SERIES: Final = re.compile(
    r"^(ubuntu-mate|mate-stripes|stripes|elephants|adwaita|menu-scores)", re.IGNORECASE
)

# Of krank's pictures, those that show the same as another in another file.
_SAME: Final = {"menu-credits": "level-18", "menu-sounds": "menu-play"}


def originals(half: Half, corpus: Path) -> list[Original]:
    """Pictures to be copied, then what is strangers only: screenshots, and figures on white."""
    found: list[Original] = []
    for package in _PACKAGES[half]:
        found += _of_package(package, corpus)
    if half is Half.REPORT:
        found += _of_libraries()
    screenshots = _of_package(_SCREENSHOTS, corpus)
    figures = _of_package(_FIGURES, corpus)[::_FIGURES_KEPT] if half is Half.TUNE else []
    return _once(found) + _once(screenshots)[half is Half.REPORT :: 2] + _once(figures)


def is_picture(original: Original) -> bool:
    """Tell whether copies are made of it: the others are only strangers."""
    return not original.name.startswith((_SCREENSHOTS, _FIGURES))


def _of_package(package: str, corpus: Path) -> list[Original]:
    return [
        Original(f"{package}/{path.relative_to(root)}", path, _family(package, path))
        for root in (corpus / package, corpus / f"x_{package}", corpus / "deb" / package)
        if root.is_dir()
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in _ENDINGS and path.is_file() and _is_worth(path)
    ]


def _is_worth(path: Path) -> bool:
    small = path.stat().st_size < _LEAST_BYTES
    odd = small or path.is_symlink() or "icons" in path.parts or _SEE_THROUGH.search(str(path))
    return _SCREENSHOTS in str(path) or not odd


def _family(package: str, path: Path) -> str:
    """A wallpaper in several sizes, colours or with a logo is one family."""
    if "contents" in path.parts:
        return path.parts[path.parts.index("contents") - 1]
    if package == _FIGURES:
        return package
    series = _SERIES.match(path.stem)
    stem = series[0].lower() if series else _SCHEMES.sub("", path.stem)
    stem = "stripes" if "stripes" in stem else stem
    return f"{package}/{_SAME.get(stem, stem)}"


def _of_libraries() -> list[Original]:
    found = []
    for package, folder in ((skimage, "data"), (sklearn, "datasets/images")):
        root = Path(str(package.__file__)).parent / folder
        for path in sorted(root.iterdir()):
            if path.suffix in _ENDINGS and _is_worth(path) and path.stem not in _DRAWN_TEXT:
                name = f"{package.__name__}/{path.name}"
                found.append(Original(name, path, name.replace("_right", "_left")))
    return found


def _once(found: list[Original]) -> list[Original]:
    """Files with the same bytes are one."""
    digests = {hashlib.sha256(one.path.read_bytes()).digest(): one for one in reversed(found)}
    return [one for one in found if one in digests.values()]
