"""What pirates do to apps, by the tools that they use."""

from __future__ import annotations

import io
import re
import shutil
from typing import TYPE_CHECKING, Final

from PIL import Image

from benchmarks.accuracy.app import maven, tools
from benchmarks.accuracy.app.originals import is_built, is_small, packer, program, sdk
from benchmarks.accuracy.suite import Attack, Original

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_ICON: Final = re.compile(r"(?:^|/)(?:ic_launcher\w*|icon\w*|app_icon\w*|0)\.(?:png|webp)$")
_DEX: Final = re.compile(r"classes\d*\.dex")
_CLASS: Final = re.compile(r"^\.class .*?(L[\w/$\-]+;)$", re.MULTILINE)
_ANY_CLASS: Final = re.compile(r"L[\w/$\-]+;")
_KEPT_CLASSES: Final = re.compile(r"L(?:android|java|kotlin|org/intellij|org/jetbrains)")


def resigned(original: Original, folder: Path, chance: Random) -> Path:
    """Sign by another key."""
    return _packed(tools.unzipped(original.path), original, folder, chance)


def repackaged(original: Original, folder: Path, chance: Random) -> Path:
    """Re-sign under another package name and title, with an advertising library added."""
    if is_built(original):
        return _packed(_with_sdk(tools.unzipped(original.path), original), original, folder, chance)
    work = folder / "work"
    try:
        tools.run("apktool", "d", "-q", "-f", "-o", work, original.path)
        _rename_package(work, chance)
        return _rebuilt(work, original, folder, chance, with_sdk=True)
    except tools.ToolError:  # resources that this apktool can't rebuild: leave them compiled
        tools.run("apktool", "d", "-q", "-f", "-r", "-o", work, original.path)
        return _rebuilt(work, original, folder, chance, with_sdk=True)


def icon_swapped(original: Original, folder: Path, chance: Random) -> Path:
    """Re-sign with other launcher icons."""
    members = {
        name: _drawn(content, chance) if _ICON.search(name) else content
        for name, content in tools.unzipped(original.path).items()
    }
    return _packed(members, original, folder, chance)


def recompressed(original: Original, folder: Path, chance: Random) -> Path:
    """Re-sign with every picture reduced to 64 colours."""
    members = {
        name: _reduced(content) if name.endswith(".png") and ".9." not in name else content
        for name, content in tools.unzipped(original.path).items()
    }
    return _packed(members, original, folder, chance)


def renamed(original: Original, folder: Path, chance: Random) -> Path:
    """Rename all that can be renamed, by ProGuard; in smali where there is only the app."""
    if is_built(original):
        return _compiled_anew(original, folder, chance, optimised=False)
    work = folder / "work"
    tools.run("apktool", "d", "-q", "-f", "-r", "-o", work, original.path)
    _rename_classes(work)
    return _rebuilt(work, original, folder, chance, with_sdk=False)


def optimised(original: Original, folder: Path, chance: Random) -> Path:
    """Rename, inline, merge and rewrite by ProGuard."""
    return _compiled_anew(original, folder, chance, optimised=True)


def packed(original: Original, folder: Path, chance: Random) -> Path:
    """Hide the code in an encrypted file, with a packer's own code in its place."""
    members = tools.unzipped(original.path)
    hidden = b"".join(members.pop(name) for name in list(members) if _DEX.fullmatch(name))
    key = int.from_bytes(chance.randbytes(len(hidden)), "little")
    secret = (int.from_bytes(hidden, "little") ^ key).to_bytes(len(hidden), "little")
    members |= {"classes.dex": packer(_corpus(original)).read_bytes(), "assets/payload.bin": secret}
    return _packed(members, original, folder, chance)


def everything(original: Original, folder: Path, chance: Random) -> Path:
    """Rename, add an advertising library, swap icons, re-sign."""
    once = renamed(original, folder, chance)
    members = _with_sdk(tools.unzipped(once), original)
    members = {
        name: _drawn(content, chance) if _ICON.search(name) else content
        for name, content in members.items()
    }
    return _packed(members, original, folder, chance)


def _has_sdk(original: Original) -> bool:
    """Tell whether the advertising library can be made: `maven.fetch` brings it."""
    there = maven.file(_corpus(original), maven.UNKNOWN_LIBRARY).exists()
    return there and _is_attacked(original)


def _is_attacked(original: Original) -> bool:
    return not is_small(original)


def _has_code(original: Original) -> bool:
    return original.name != "fallingblocks" and _is_attacked(original)


def _has_resources(original: Original) -> bool:
    return _has_sdk(original) and original.name not in {"urzip", "caffeinetile"}


def _has_both(original: Original) -> bool:
    return _has_sdk(original) and _has_code(original)


ATTACKS: Final = (
    Attack("re-signed", None, 0.99, resigned, applies=_is_attacked),
    Attack("re-signed, renamed, advertising added", None, 0.99, repackaged, applies=_has_sdk),
    Attack("icon swapped", None, 0.95, icon_swapped, applies=_is_attacked),
    Attack("pictures recompressed", None, None, recompressed, applies=_is_attacked),
    Attack("renamed by ProGuard", None, 0.95, renamed, applies=_has_code),
    Attack("optimised by ProGuard", None, None, optimised, applies=is_built),
    Attack("packed", None, 0.90, packed, applies=_has_resources),
    Attack("all at once", None, None, everything, applies=_has_both),
)


def _corpus(original: Original) -> Path:
    return next(parent.parent for parent in original.path.parents if parent.name in {"x", "apps"})


def _packed(members: dict[str, bytes], original: Original, folder: Path, chance: Random) -> Path:
    keys = _corpus(original) / "apps" / "keys"
    out = tools.zipped(members, folder / f"{chance.randrange(10**8)}.apk")
    return tools.signed(out, keys, f"pirate{chance.randrange(3)}")


def _with_sdk(members: dict[str, bytes], original: Original) -> dict[str, bytes]:
    last = sum(1 for name in members if _DEX.fullmatch(name))
    name = f"classes{last + 1}.dex" if last else "classes.dex"
    return {**members, name: sdk(_corpus(original)).read_bytes()}


def _rebuilt(
    work: Path, original: Original, folder: Path, chance: Random, *, with_sdk: bool
) -> Path:
    out = folder / "rebuilt.apk"
    tools.run("apktool", "b", "-q", "-o", out, work)
    shutil.rmtree(work)
    members = tools.unzipped(out)
    out.unlink()
    if with_sdk:
        members = _with_sdk(members, original)
    return _packed(members, original, folder, chance)


def _rename_package(work: Path, chance: Random) -> None:
    settings = work / "apktool.yml"
    new = f"com.free{chance.randrange(10**6)}.app"
    text = re.sub(
        r"renameManifestPackage: .*", f"renameManifestPackage: {new}", settings.read_text()
    )
    settings.write_text(text)
    for file in work.glob("res/values*/strings.xml"):
        text = re.sub(
            r'(name="app_name">)[^<]*', rf"\g<1>Free {chance.randrange(99)}", file.read_text()
        )
        file.write_text(text)


def _rename_classes(work: Path) -> None:
    """Give every class of the app's own a short name in a package that isn't its own."""
    files = sorted(work.glob("smali*/**/*.smali"))
    texts = {file: file.read_text(encoding="utf-8", errors="surrogateescape") for file in files}
    classes = [found[1] for text in texts.values() if (found := _CLASS.search(text))]
    own = [one for one in classes if not _KEPT_CLASSES.match(one)]
    names = {one: f"Lo/c{at};" for at, one in enumerate(own)}
    for file, text in texts.items():
        changed = _ANY_CLASS.sub(lambda found: names.get(found[0], found[0]), text)
        file.write_text(changed, encoding="utf-8", errors="surrogateescape")


def _compiled_anew(original: Original, folder: Path, chance: Random, *, optimised: bool) -> Path:
    corpus = _corpus(original)
    jar = tools.obfuscated(corpus, program(original), folder / "renamed.jar", optimised=optimised)
    dex = tools.dexed(corpus, jar, folder / "classes.dex")
    members = tools.unzipped(original.path) | {"classes.dex": dex.read_bytes()}
    for file in (jar, dex):
        file.unlink()
    return _packed(members, original, folder, chance)


def _drawn(content: bytes, chance: Random) -> bytes:
    """Another icon of the same size."""
    try:
        size = Image.open(io.BytesIO(content)).size
    except OSError:
        return content
    small = Image.frombytes("RGB", (5, 5), chance.randbytes(75))
    file = io.BytesIO()
    small.resize(size, Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def _reduced(content: bytes) -> bytes:
    try:
        image = Image.open(io.BytesIO(content)).convert("RGBA")
    except OSError:
        return content
    file = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()
