"""Apps of PyPI and npm packages, and apps built from programs of Maven Central, in two halves.

Few free apps are in package registries, so most are built: a Java program moved into a package of
its own, compiled to Dalvik, with some of the libraries that many apps bring (renamed in every
second app, as shrinkers do), one that no list knows, and pictures of its own. Built ones are kept
in CORPUS/apps. Small ones of `combined` and `template` follow, to which nothing is done.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from pathlib import Path
from typing import Final

from benchmarks.accuracy.app import maven, tools
from benchmarks.accuracy.app.combined import FOLDER, combined
from benchmarks.accuracy.app.template import templates
from benchmarks.accuracy.suite import Half, Original

_FDROID: Final = "fdroidserver-2.4.5/fdroidserver-2.4.5/tests/"
_REAL: Final = {
    Half.TUNE: (
        ("android-apidemos-5.0.0/package/apks/ApiDemos-debug.apk", "apidemos"),
        (f"{_FDROID}org.dyndns.fules.ck_20.apk", "ck"),
        (f"{_FDROID}repo/com.politedroid_5.apk", "politedroid"),
    ),
    Half.REPORT: (
        ("io.appium.settings-8.0.10/package/apks/settings_apk-debug.apk", "appium"),
        (f"{_FDROID}SystemWebView-repack.apk", "webview"),
        (f"{_FDROID}repo/souch.smsbypass_9.apk", "smsbypass"),
        (f"{_FDROID}org.sajeg.fallingblocks_3.apk", "fallingblocks"),
        (f"{_FDROID}repo/info.zwanenburg.caffeinetile_4.apk", "caffeinetile"),
        (f"{_FDROID}urzip-release.apk", "urzip"),
    ),
}
_PROGRAMS: Final = {Half.TUNE: maven.TUNED_ON, Half.REPORT: maven.REPORTED_ON}
_NAMES: Final = tuple(one.split(":")[1] for one in (*maven.TUNED_ON, *maven.REPORTED_ON))
_PICTURES: Final = "games-thumbnails"
_PICTURES_EACH: Final = 12


def originals(half: Half, corpus: Path) -> list[Original]:
    """Return real apps, built ones, small ones; what the media aren't there for is left out."""
    built = [
        Original(name, path, name)
        for artifact in _PROGRAMS[half]
        if maven.file(corpus, artifact).exists()
        for name in (artifact.split(":")[1],)
        for path in (_built(artifact, corpus),)
    ]
    return [*real(half, corpus), *built, *combined(half, corpus), *templates(half, corpus)]


def real(half: Half, corpus: Path) -> list[Original]:
    """Return the apps of one half that packages bring."""
    return [
        Original(family, corpus / "x" / path, family)
        for path, family in _REAL[half]
        if (corpus / "x" / path).exists()
    ]


def is_built(original: Original) -> bool:
    """Tell whether the app was built here, so that its program is also there as a .jar."""
    return original.path.parent.name == "apps"


def is_small(original: Original) -> bool:
    """Tell whether it is one of the small apps, which are there as strangers only."""
    return original.path.parent.name == FOLDER


def program(original: Original) -> Path:
    """Return the own program of a built app as a .jar."""
    return original.path.with_suffix(".jar")


def sdk(corpus: Path) -> Path:
    """Return the advertising library as a .dex, in a package that no list knows."""
    return _relocated(corpus, "sdk", maven.UNKNOWN_LIBRARY, "net.adwave.sdk")


def packer(corpus: Path) -> Path:
    """Return a packer's own code as a .dex: nothing of it is in any app."""
    return _relocated(corpus, "packer", maven.PACKER, "com.shell.wrap")


def _relocated(corpus: Path, name: str, artifact: str, package: str) -> Path:
    """Return a library as a .dex, moved to a package; made once."""
    kept = corpus / "apps" / f"{name}.dex"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            source = maven.file(corpus, artifact)
            jar = tools.relocated(corpus, source, package, Path(scratch) / f"{name}.jar")
            shutil.move(tools.dexed(corpus, jar, Path(scratch) / "classes.dex"), kept)
    return kept


def _built(artifact: str, corpus: Path) -> Path:
    name = artifact.split(":")[1]
    kept = corpus / "apps" / f"{name}.apk"
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    number = zlib.crc32(name.encode())
    with tempfile.TemporaryDirectory() as scratch:
        package = f"com.studio{number % 997}.{name.replace('-', '')}"
        jar = tools.relocated(
            corpus, maven.file(corpus, artifact), package, kept.with_suffix(".jar")
        )
        own = tools.dexed(corpus, jar, Path(scratch) / "classes.dex")
        members = {"classes.dex": own.read_bytes(), **_libraries(number, corpus)}
        members |= _pictures(name, corpus)
        members["AndroidManifest.xml"] = tools.manifest(package)
        app = tools.zipped(members, Path(scratch) / "app.apk")
        shutil.move(tools.signed(app, corpus / "apps" / "keys", name), kept)
    return kept


def _libraries(number: int, corpus: Path) -> dict[str, bytes]:
    chosen = [one for at, one in enumerate(maven.LIBRARIES) if number >> at & 1] or maven.LIBRARIES
    found = [_library(one, corpus, renamed=bool(number & 64)).read_bytes() for one in chosen]
    if number % 3 == 0:
        found.append(sdk(corpus).read_bytes())
    return {f"classes{at}.dex": content for at, content in enumerate(found, start=2)}


def _library(artifact: str, corpus: Path, *, renamed: bool) -> Path:
    kept = corpus / "apps" / f"{artifact.split(':')[1]}{'-renamed' if renamed else ''}.dex"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as scratch:
            jar = maven.file(corpus, artifact)
            if renamed:
                jar = tools.obfuscated(corpus, jar, Path(scratch) / "renamed.jar")
            shutil.move(tools.dexed(corpus, jar, Path(scratch) / "classes.dex"), kept)
    return kept


def _pictures(name: str, corpus: Path) -> dict[str, bytes]:
    every = sorted((corpus / "deb" / _PICTURES).rglob("*.png"))
    if not every:
        return {}
    # Each app has its own: two with a picture in common would be no strangers.
    first = _NAMES.index(name) * _PICTURES_EACH
    chosen = every[first : first + _PICTURES_EACH]
    return {f"assets/{at}.png": one.read_bytes() for at, one in enumerate(chosen)}
