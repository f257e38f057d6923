"""F-Droid's repositories: what an index says of its apps, version 2 and 1 of its format.

`entry.json` names the index and its hash; the index names every file, below the repository's
address (F-Droid, "All our APIs"; fdroidserver's `index` module).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_INDEX: Final = re.compile(r"/(?:entry|index-v[12])\.json$")
_REPOSITORY: Final = re.compile(r"/(?:repo|archive)/?$")
_MOST: Final = 20_000
_LANGUAGES: Final = ("zh-CN", "zh-Hans", "en-US", "en")


@dataclass(frozen=True, slots=True)
class Offer:
    """A file of a repository. `address` is relative to it; `facts` are as `name:value`."""

    address: str
    title: str
    facts: tuple[str, ...]


def is_index(path: str) -> bool:
    """Tell whether an address's path is that of an index, or of what names it."""
    return _INDEX.search(path) is not None


def indexes_of(path: str) -> tuple[str, ...]:
    """Return the paths of a repository's indexes, by its own; none if it isn't one."""
    if not _REPOSITORY.search(path):
        return ()
    folder = path.rstrip("/")
    return tuple(f"{folder}/{name}" for name in ("entry.json", "index-v1.json"))


def offers(body: bytes) -> Iterator[Offer]:
    """Yield what an index offers, the newest of each app first; nothing of what is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    if not isinstance(document, Mapping):
        return
    index = _under(document, "index")
    if isinstance(name := index.get("name"), str):
        yield Offer(name.lstrip("/"), "", ())
    packages = document.get("packages")
    if isinstance(packages, Mapping):
        yield from _second(packages) if "apps" not in document else _first(document, packages)


def _second(packages: Mapping[str, Any]) -> Iterator[Offer]:
    for package, said in list(packages.items())[:_MOST]:
        metadata, versions = _under(said, "metadata"), _under(said, "versions")
        newest = sorted(versions.values(), key=lambda one: -_code(_under(one, "manifest")))
        for version in newest:
            file, manifest = _under(version, "file"), _under(version, "manifest")
            signer = _under(manifest, "signer").get("sha256")
            yield from _offer(
                file.get("name"),
                _local(metadata.get("name")),
                {
                    "package": package,
                    "version": manifest.get("versionName"),
                    "developer": metadata.get("authorName"),
                    "email": metadata.get("authorEmail"),
                    "certificate": signer[0] if isinstance(signer, list) and signer else None,
                    "sha256": file.get("sha256"),
                },
            )


def _first(document: Mapping[str, Any], packages: Mapping[str, Any]) -> Iterator[Offer]:
    listed = document.get("apps")
    apps = {
        one.get("packageName"): one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    }
    for package, versions in list(packages.items())[:_MOST]:
        app = apps.get(package, {})
        for version in versions if isinstance(versions, list) else []:
            if isinstance(version, Mapping):
                hashed = version.get("hash") if version.get("hashType") == "sha256" else None
                yield from _offer(
                    version.get("apkName"),
                    _local(_under(app, "localized")) or app.get("name"),
                    {
                        "package": package,
                        "version": version.get("versionName"),
                        "developer": app.get("authorName"),
                        "certificate": version.get("signer"),
                        "sha256": hashed,
                    },
                )


def _offer(name: object, title: object, facts: Mapping[str, object]) -> Iterator[Offer]:
    if isinstance(name, str) and name:
        said = tuple(f"{key}:{value}" for key, value in facts.items() if value)
        yield Offer(name.lstrip("/"), title if isinstance(title, str) else "", said)


def _under(document: object, name: str) -> Mapping[str, Any]:
    found = document.get(name) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _code(manifest: Mapping[str, Any]) -> int:
    code = manifest.get("versionCode")
    return code if isinstance(code, int) else 0


def _local(said: object) -> str:
    """Return a text in the first language that is wanted and there, else in any."""
    if not isinstance(said, Mapping):
        return said if isinstance(said, str) else ""
    for language in (*_LANGUAGES, *said):
        text = said.get(language)
        text = text.get("name") if isinstance(text, Mapping) else text
        if isinstance(text, str) and text:
            return text
    return ""
