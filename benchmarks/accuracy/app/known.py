"""Makes the bank that is shipped: `python -m benchmarks.accuracy.app.known CORPUS OUT`.

OUT is fingerprints/app/known.bin. It knows libraries' code, as Java's and as Dalvik's, and what
libraries and templates show, compiled as in an app. None of the very versions and templates are in
it that the bench's apps are made with, but for the only one of cardview.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.app import maven, tools
from benchmarks.accuracy.corpora import fetch_source
from fingerprints.app import bank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BESIDE: Final = (
    "androidx.core:core:1.6.0:aar",
    "androidx.coordinatorlayout:coordinatorlayout:1.2.0:aar",
    "androidx.constraintlayout:constraintlayout:2.1.4:aar",
    "androidx.fragment:fragment:1.3.6:aar",
    "androidx.cardview:cardview:1.0.0:aar",
    "androidx.drawerlayout:drawerlayout:1.1.1:aar",
)
_SUPPORT: Final = (
    "com.android.support:support-compat:28.0.0:aar",
    "com.android.support:coordinatorlayout:28.0.0:aar",
    "com.android.support:cardview-v7:28.0.0:aar",
    "com.android.support:recyclerview-v7:28.0.0:aar",
)
SCREENS: Final = (
    ("androidx.core:core:1.6.0:aar", "androidx.appcompat:appcompat:1.0.2:aar"),
    (
        *_SUPPORT,
        *("com.android.support:appcompat-v7:28.0.0:aar", "com.android.support:design:28.0.0:aar"),
    ),
    (
        *_BESIDE,
        "androidx.appcompat:appcompat:1.3.1:aar",
        "androidx.preference:preference:1.2.1:aar",
        "androidx.leanback:leanback:1.0.0:aar",
        "androidx.biometric:biometric:1.1.0:aar",
        "com.google.android.gms:play-services-basement:18.1.0:aar",
        "com.google.android.gms:play-services-base:18.1.0:aar",
    ),
    (
        *_BESIDE,
        "androidx.appcompat:appcompat:1.6.1:aar",
        "com.google.android.material:material:1.9.0:aar",
    ),
    (
        *_BESIDE,
        "androidx.appcompat:appcompat:1.7.0:aar",
        "com.google.android.material:material:1.12.0:aar",
    ),
)
"""What is compiled together; the later ones go before the earlier."""
TEMPLATES: Final = {
    "@capacitor/cli@3.9.0": "package/assets/android-template.tar.gz",
    "@capacitor/cli@6.1.2": "package/assets/android-template.tar.gz",
    "@react-native-community/template@0.76.6": "package/template/android/app/src/main/res",
    "cordova-android@12.0.1": "package/templates/project/res",
}
"""npm packages that apps are begun with, and where in them the resources are."""
_PACKED_RESOURCES: Final = "app/src/main/res/"
# What Debian's aapt2 is too old for, and no file that an app shows depends on.
_TOO_NEW: Final = re.compile(r"(?:values|color|drawable|layout)\S*-v3\d")
_STYLES: Final = re.compile(r"values\S*/(?:styles|themes)\.xml")  # of libraries not compiled here
_MACRO: Final = re.compile(r"^.*<macro .*$\n", re.MULTILINE)
_MACRO_USED: Final = re.compile(r"@macro/\w+")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fetch what isn't there yet and write the bank."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    shown = (one for screen in SCREENS for one in screen)
    maven.fetch_these(options.corpus, (maven.DX, *maven.KNOWN, *shown))
    for package in TEMPLATES:
        fetch_source(options.corpus, package, tell=lambda line: print(line, file=sys.stderr))
    with tempfile.TemporaryDirectory() as scratch:
        files = list(_files(options.corpus, Path(scratch)))
        bank.main([str(options.out), *map(str, files)])


def _files(corpus: Path, scratch: Path) -> Iterator[Path]:
    for artifact in maven.KNOWN:
        library = maven.file(corpus, artifact)
        yield library
        yield tools.dexed(corpus, library, scratch / f"{library.name}.dex")
    for number, screen in enumerate(SCREENS):
        folders = [
            _for_old_tools(tools.resources(maven.file(corpus, one), scratch / f"{number}-{at}"))
            for at, one in enumerate(screen)
        ]
        yield tools.linked(folders, "known.screens", scratch / f"screens{number}.apk")
    for number, (package, path) in enumerate(TEMPLATES.items()):
        folder = _template(corpus, package, path, scratch / f"template{number}")
        yield tools.linked([*folders, folder], "known.template", scratch / f"template{number}.apk")


def _template(corpus: Path, package: str, path: str, scratch: Path) -> Path:
    source = corpus / "x" / package.replace("@", "-") / path
    folder = scratch
    if source.is_dir():
        shutil.copytree(source, folder)
    else:
        with tarfile.open(source) as archive:
            archive.extractall(scratch, filter="data")
        folder = scratch / _PACKED_RESOURCES
    for file in list(folder.rglob("*.xml")):
        if _STYLES.fullmatch(str(file.relative_to(folder))):
            file.unlink()
    return folder


def _for_old_tools(folder: Path) -> Path:
    for one in list(folder.iterdir()):
        if _TOO_NEW.fullmatch(one.name):
            shutil.rmtree(one)
    for file in folder.rglob("*.xml"):
        text = file.read_text("utf-8")
        changed = _MACRO_USED.sub("?attr/colorPrimary", _MACRO.sub("", text))
        if changed != text:
            file.write_text(changed, "utf-8")
    return folder


if __name__ == "__main__":
    main()
