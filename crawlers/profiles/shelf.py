"""The shelf: the profiles there are. Those of page engines come with Marque; own ones win."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic import ValidationError

from crawlers.profiles.errors import InvalidProfile, UnknownProfile
from crawlers.profiles.form import TAGS, Profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from crawlers.profiles.form import PageKind

log = structlog.get_logger()

_MOST_BYTES: Final = 256 * 1024
_MOST_FILES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """Profiles in the order in which they are tried: own ones, those for named hosts, then others.

    `own` are the names of those from the administrator's folder, `refused` its files that are none.
    """

    profiles: tuple[Profile, ...] = ()
    own: frozenset[str] = frozenset()
    refused: tuple[InvalidProfile, ...] = ()

    def get(self, name: str) -> Profile:
        """Return the profile of a name. Raises `UnknownProfile`."""
        found = next((one for one in self.profiles if one.name == name), None)
        if found is None:
            raise UnknownProfile(name)
        return found

    def kind(self, pages: str) -> tuple[Profile, PageKind] | None:
        """Return what `profile/kind` names; None where there is no such profile or kind of page."""
        name, _, wanted = pages.partition("/")
        known = (one for one in self.profiles if one.name == name)
        return next(((one, kind) for one in known for kind in one.pages if kind == wanted), None)


def open_shelf(folder: Path | None) -> Shelf:
    """Return the profiles of the engines and of a folder, read anew only when its files change.

    What is no profile is logged and left out.
    """
    return _opened(folder, _files(folder))


def read_profile(file: Path) -> Profile:
    """Read a file. Raises `InvalidProfile`, which names the file and the key."""
    try:
        with file.open("rb") as source:
            text = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InvalidProfile(file, "", str(error.strerror)) from error
    if len(text) > _MOST_BYTES:
        raise InvalidProfile(file, "", f"larger than {_MOST_BYTES} bytes")
    return parse(file, text)


def parse(file: Path, text: bytes) -> Profile:
    """Read the text of a file. Raises `InvalidProfile`."""
    try:
        said: dict[str, Any] = tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidProfile(file, "", f"no TOML: {error}") from error
    try:
        return Profile.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"] if part not in TAGS)
        raise InvalidProfile(file, key, first["msg"].removeprefix("Value error, ")) from error


def engines() -> Iterator[Profile]:
    """Yield the profiles that come with Marque."""
    for entry in _entries():
        yield parse(Path(entry.name), entry.read_bytes())


def text_of(name: str, folder: Path | None) -> str:
    """Return the text of a profile's file. Raises `UnknownProfile`."""
    for file, _mtime, _size in _files(folder):
        try:
            if read_profile(file).name == name:
                return file.read_text("utf-8-sig")
        except InvalidProfile:
            continue
    for entry in _entries():
        if parse(Path(entry.name), entry.read_bytes()).name == name:
            return entry.read_text("utf-8")
    raise UnknownProfile(name)


def _entries() -> list[Traversable]:
    folder = resources.files(__package__).joinpath("engines")
    found = [one for one in folder.iterdir() if one.name.endswith(".toml")]
    return sorted(found, key=lambda one: one.name)


Files = tuple[tuple[Path, int, int], ...]


def _files(folder: Path | None) -> Files:
    """Return the files of a folder with what changes when they do."""
    if folder is None or not folder.is_dir():
        return ()
    found = []
    for file in sorted(folder.glob("*.toml"))[:_MOST_FILES]:
        try:
            said = file.stat()
        except OSError:  # gone in between
            continue
        found.append((file, said.st_mtime_ns, said.st_size))
    return tuple(found)


@lru_cache(maxsize=8)
def _opened(_: Path | None, files: Files) -> Shelf:
    own: dict[str, Profile] = {}
    refused = []
    for file, _mtime, _size in files:
        try:
            profile = read_profile(file)
        except InvalidProfile as error:
            refused.append(error)
            continue
        if profile.name in own:
            refused.append(InvalidProfile(file, "name", f"{profile.name} is another file's, too"))
        own.setdefault(profile.name, profile)
    for one in refused:
        log.error("profile_refused", file=str(one.file), key=one.key, reason=one.reason)
    others = [one for one in _engines() if one.name not in own]
    return Shelf(_in_order([*own.values()], others), frozenset(own), tuple(refused))


@lru_cache(maxsize=1)
def _engines() -> tuple[Profile, ...]:
    return tuple(engines())


def _in_order(own: list[Profile], others: list[Profile]) -> tuple[Profile, ...]:
    """Put own profiles first, those for hosts before others, and each before those it goes over."""
    ranked = sorted([*own, *others], key=lambda one: (one not in own, not one.site.hosts, one.name))
    placed: list[Profile] = []
    for profile in ranked:
        under = [place for place, one in enumerate(placed) if one.name in profile.site.over]
        placed.insert(min(under, default=len(placed)), profile)
    return tuple(placed)
