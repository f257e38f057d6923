"""The real tools that build, rename, rebuild and sign programs, each as a subprocess."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.app import maven
from benchmarks.accuracy.suite import NotMade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PASSWORD: Final = "marque"  # noqa: S105 (of a key that signs nothing of worth)
_SIGNATURES: Final = ("META-INF/",)
_FRAMEWORK: Final = "/usr/share/android-framework-res/framework-res.apk"
"""Where Debian's android-framework-res is: apktool brings it."""
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MANIFEST: Final = """\
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="{package}">
  <application android:label="{package}"><activity android:name="{package}.Main"/></application>
</manifest>
"""


class ToolError(NotMade):
    """A tool could not do it to this file."""


def run(*command: str | Path) -> None:
    """Run a tool; raises `ToolError` with the end of what it said."""
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise ToolError(f"{command[0]}: {(done.stderr or done.stdout)[-300:]!r}")


def dexed(corpus: Path, library: Path, out: Path) -> Path:
    """Compile a .jar or .aar to a .dex."""
    with tempfile.TemporaryDirectory() as scratch:
        jar = plain_jar(library, Path(scratch) / "in.jar")
        run(
            *("java", "-Xmx900m", "-cp", maven.file(corpus, maven.DX)),
            *("com.android.dx.command.Main", "--dex", "--min-sdk-version=28", "--core-library"),
            *(f"--output={out}", jar),
        )
    return out


def plain_jar(library: Path, out: Path) -> Path:
    """Copy the classes of a .jar or .aar, without those for other Java versions and modules."""
    with zipfile.ZipFile(library) as archive:
        if "classes.jar" in archive.namelist():
            inner = out.with_suffix(".inner")
            inner.write_bytes(archive.read("classes.jar"))
            return plain_jar(inner, out)
        kept = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.startswith("META-INF/versions/") and not name.endswith(("/", "info.class"))
        }
    return zipped(kept, out)


def relocated(corpus: Path, library: Path, package: str, out: Path) -> Path:
    """Move all classes of a library into another package, their own names kept."""
    with tempfile.TemporaryDirectory() as scratch:
        jar = plain_jar(library, Path(scratch) / "in.jar")
        mapping = Path(scratch) / "mapping.txt"
        with zipfile.ZipFile(jar) as archive:
            classes = [one[:-6].replace("/", ".") for one in archive.namelist() if _is_class(one)]
        root = _common(classes)
        lines = [f"{one} -> {package}.{one[len(root) :]}:" for one in classes]
        mapping.write_text("\n".join(lines))
        rules = ("-keepnames class * { *; }", f"-applymapping {mapping}")
        _proguard(
            corpus, jar, out, ("-dontoptimize", *rules[1:], "-keepclassmembernames class * { *; }")
        )
    return out


def obfuscated(corpus: Path, library: Path, out: Path, *, optimised: bool = False) -> Path:
    """Rename everything that can be, and rewrite the code too where it is to be `optimised`."""
    rules = [
        "-keep class no.such.Class",
        "-repackageclasses o",
        "-allowaccessmodification",
        "-overloadaggressively",
    ]
    rules.append("-optimizationpasses 2" if optimised else "-dontoptimize")
    with tempfile.TemporaryDirectory() as scratch:
        jar = plain_jar(library, Path(scratch) / "in.jar")
        _proguard(corpus, jar, out, tuple(rules))
    return out


def _proguard(corpus: Path, jar: Path, out: Path, rules: tuple[str, ...]) -> None:
    home = subprocess.run(
        ("java", "-XshowSettings:properties", "-version"),
        capture_output=True,
        check=True,
        text=True,
    ).stderr
    root = next(line.split("=")[1].strip() for line in home.splitlines() if "java.home" in line)
    path = ":".join(str(maven.file(corpus, one)) for one in maven.PROGUARD)
    settings = (
        f"-injars {jar}",
        f"-outjars {out}",
        *(f"-libraryjars {root}/jmods/java.{one}.jmod" for one in ("base", "desktop", "logging")),
        "-dontwarn",
        "-ignorewarnings",
        "-dontnote",
        "-dontshrink",
        "-target 8",
        "-keepattributes Exceptions,InnerClasses,Signature,*Annotation*",
        *rules,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".pro") as file:
        file.write("\n".join(settings))
        file.flush()
        run("java", "-Xmx900m", "-cp", path, "proguard.ProGuard", f"@{file.name}")


def _is_class(name: str) -> bool:
    return name.endswith(".class")


def _common(classes: list[str]) -> str:
    """Return the package that all classes lie in, with its dot."""
    packages = [one.rpartition(".")[0].split(".") for one in classes]
    shared = []
    for names in zip(*packages, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return ".".join(shared) + "." if shared else ""


def manifest(package: str) -> bytes:
    """Write the least of a compiled manifest (AOSP, ResourceTypes.h)."""
    texts = ("manifest", "package", package)
    pieces = [bytes([len(one), len(one)]) + one.encode() + b"\0" for one in texts]
    offsets = (0, len(pieces[0]), len(pieces[0]) + len(pieces[1]))
    body = b"".join(pieces) + bytes(-sum(map(len, pieces)) % 4)
    pool = struct.pack("<2H6I", 1, 28, 40 + len(body), len(texts), 0, 0x100, 40, 0)
    nothing = 0xFFFFFFFF
    start = struct.pack("<2H5I", 0x0102, 16, 56, 1, nothing, nothing, 0)
    start += struct.pack("<6H", 20, 20, 1, 0, 0, 0)
    start += struct.pack("<3I2HI", nothing, 1, 2, 8, 0x0300, 2)
    content = pool + struct.pack("<3I", *offsets) + body + start
    return struct.pack("<2HI", 3, 8, 8 + len(content)) + content


def linked(folders: Sequence[Path], package: str, out: Path, *, shortened: bool = False) -> Path:
    """Compile folders of resources into an APK without code; of a name in several the last counts.

    `shortened`: the files' names say nothing, as in what Android's build tools release.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "AndroidManifest.xml"
        source.write_text(_MANIFEST.format(package=package))
        compiled: list[str | Path] = []
        for number, folder in enumerate(folders):
            one = Path(scratch) / f"{number}.zip"
            run("aapt2", "compile", "--dir", folder, "-o", one)
            compiled += [*(("-R",) if compiled else ()), one]
        made = Path(scratch) / "made.apk"
        run(
            *("aapt2", "link", "-I", _FRAMEWORK, "--manifest", source, "-o", made),
            *("--auto-add-overlay", "--min-sdk-version", "21", *compiled),
        )
        if shortened:
            run("aapt2", "optimize", "--enable-resource-path-shortening", "-o", out, made)
        else:
            shutil.move(made, out)
    return out


def resources(library: Path, folder: Path) -> Path:
    """Unpack the resources of an .aar, still to be compiled, into a folder."""
    with zipfile.ZipFile(library) as archive:
        for name in archive.namelist():
            if name.startswith("res/") and not name.endswith("/"):
                archive.extract(name, folder)
    return folder / "res"


def zipped(members: Mapping[str, bytes], out: Path) -> Path:
    """Write a zip, the same bytes for the same members."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name.endswith((".png", ".arsc")) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, kind)
    return out


def unzipped(package: Path) -> dict[str, bytes]:
    """Read the members of an APK, those of its signatures left out."""
    with zipfile.ZipFile(package) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.startswith(_SIGNATURES) and not name.endswith("/")
        }


def signed(package: Path, keys: Path, name: str) -> Path:
    """Align an APK and sign it, in all schemes, by a key of that name."""
    key = keys / f"{name}.p12"
    if not key.exists():
        keys.mkdir(parents=True, exist_ok=True)
        run(
            *("keytool", "-genkeypair", "-keystore", key, "-storepass", _PASSWORD),
            *("-storetype", "pkcs12", "-alias", "key", "-keyalg", "RSA", "-validity", "9999"),
            *("-dname", f"CN={name}"),
        )
    aligned = package.with_suffix(".aligned")
    run("zipalign", "-f", "4", package, aligned)
    shutil.move(aligned, package)
    run(
        *("apksigner", "sign", "--ks", key, "--ks-pass", f"pass:{_PASSWORD}"),
        *("--min-sdk-version", "21", package),
    )
    package.with_suffix(".apk.idsig").unlink(missing_ok=True)
    return package
