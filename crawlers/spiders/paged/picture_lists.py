"""Lists of pictures in scripts: what a reader's script is to show. They are read, never run.

Arrays, objects of frameworks, assignments one by one, names joined to one string, and any of these
in base64, in a string, or packed. What belongs together is told by its likeness: addresses in one
folder, but for numbers. Each kind of quotation mark is read by itself, so that a lone one in a
comment or pattern spoils nothing; all of it takes time in proportion to the script's length.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawlers.spiders.paged.packed import from_base64, plain, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_CHARACTERS: Final = 1_000_000
_DECODED_CHARACTERS: Final = 500_000
_MOST_NAMES: Final = 20_000
_DEEPEST: Final = 3
_LONGEST_ADDRESS: Final = 2_083
_FEWEST: Final = 3
_LITERALS: Final = tuple(
    re.compile(rf"{mark}((?:\\.|[^{mark}\\\n])*){mark}?") for mark in ('"', "'", "`")
)
_PICTURE: Final = re.compile(
    r"[^\s<>{}\"'|]{0,2000}\.(?:jpe?g|png|webp|gif|bmp|avif|heic|jfif)(?:[!@?#&:_-][^\s<>]{0,600})?",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|avif|heic|jfif)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:https?:)?//[\w.:-]{4,200}/[^\s<>\"']{1,1800}")
_NO_PICTURE: Final = re.compile(
    r"\.(?:html?|php|aspx?|jsp|js|css|json|mp[34]|m3u8|svg)(?:[?#]|$)", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"[|,;#\n\r\t ]+|\$\w{1,20}\$|\${2,3}")
_BASE64: Final = re.compile(r"[\w+/-]{24,400000}={0,2}", re.ASCII)
_BETWEEN: Final = re.compile(r"\s{0,200},\s{0,200}")
_KEY: Final = re.compile(
    r"(?:image|img|page|pic|photo|picture|chapter)\w{0,20}[\"']?\s{0,9}[:=]\s{0,9}\[\s{0,99}$",
    re.IGNORECASE,
)
_KEY_CHARACTERS: Final = 160
_FIELD: Final = re.compile(
    r"(?<!\w)[\"']?(\w{2,30})[\"']?\s{0,4}[:=]\s{0,4}[\"']([^\"'\s<>]{1,500})[\"']"
)
_HOSTS: Final = re.compile(
    r"(?:(?:img|image|pic|page|res|cdn)_?)?(?:host|server|domain|cdn|url|base|baseurl|pre|prefix|root)|pix",
    re.IGNORECASE,
)
_PATHS: Final = re.compile(
    r"(?:(?:img|image|pic|page|chapter|comic)_?)?(?:path|dir|folder)", re.IGNORECASE
)
_FOLDER: Final = re.compile(r"[^\s?#]{0,300}/[^\s?#]{0,300}")
_HOST: Final = re.compile(r"(?:https?:)?//[\w.:-]{3,200}(?:/[^\s?#]{0,200})?")
_OF_HOST: Final = re.compile(r"^(?:https?:)?//[^/]{0,300}")
_NEARLY: Final = 0.75
_NUMBERS: Final = re.compile(r"[0-9a-f]{12,}|\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PictureList:
    """Names or addresses of pictures, in order, and the script that has them, unpacked."""

    names: tuple[str, ...]
    script: str


def picture_lists(script: str) -> list[PictureList]:
    """Return the lists of pictures that a script has, the longest first; each of two or more."""
    reading = _Reading(2 * min(len(script), _MOST_CHARACTERS) + _DECODED_CHARACTERS)
    return sorted(reading.lists(script[:_MOST_CHARACTERS], 0), key=lambda one: -len(one.names))


def completed(found: PictureList, shown: Iterable[str]) -> Iterator[str]:
    """Yield the list's addresses; `shown` are pictures of the page, one of which may be of it.

    Names without a host are completed by that one, by what the script calls host and path, or else
    left as they are.
    """
    first = found.names[0]
    if _ADDRESS.match(first):
        yield from found.names
        return
    before, after = _around(found.names, (*shown, *_addresses(found.script)))
    if not before:
        before = _host(found.script) if first.startswith("/") else _prefix(found.script)
    yield from (f"{before}{name}{after}" for name in found.names)


def shape(address: str) -> str:
    """Return what the pages of one chapter have in common: host and folder but for numbers."""
    path = address.partition("?")[0].partition("#")[0]
    return _NUMBERS.sub("#", path.rpartition("/")[0].lower())


@dataclass(slots=True)
class _Reading:
    """Reads a script and what is wrapped in it, `left` characters of that at most."""

    left: int

    def lists(self, script: str, depth: int) -> Iterator[PictureList]:
        """Yield what is wrapped first: there names stand with what completes them."""
        if depth < _DEEPEST:
            yield from self._wrapped(script, depth)
        groups: defaultdict[str, _Group] = defaultdict(_Group)
        for literals in _LITERALS:
            for name, array in _names(script, literals):
                groups[shape(name)].add(name, array)
        for group in groups.values():
            if len(names := group.names()) > 1:
                yield PictureList(names, script)

    def _wrapped(self, script: str, depth: int) -> Iterator[PictureList]:
        texts = (text for literals in _LITERALS for text in _texts(script, literals))
        for text in (*unpacked(script), *texts):
            self.left -= len(text)
            if self.left < 0:
                return
            joined = [one for one in _SEPARATOR.split(text) if _PICTURE.fullmatch(one)]
            if len(joined) > 1 and '"' not in text and "(" not in text:
                yield PictureList(tuple(dict.fromkeys(joined[:_MOST_NAMES])), script)
            else:
                yield from self.lists(text, depth + 1)


@dataclass(slots=True)
class _Group:
    """Names that are alike, each with the array that it stands in, by its beginning."""

    found: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, name: str, array: int) -> None:
        if len(self.found) < _MOST_NAMES:
            # Mirrors have the same pages under another host.
            self.found.setdefault(_OF_HOST.sub("", name), (name, array))

    def names(self) -> tuple[str, ...]:
        """Return all of them; where nearly all are one array, that: a cover is not in it."""
        array, size = Counter(array for _, array in self.found.values()).most_common(1)[0]
        is_array = size >= _NEARLY * len(self.found)
        return tuple(name for name, one in self.found.values() if one == array or not is_array)


def _names(script: str, literals: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Yield the strings of a script that name pictures, and where the array of each begins.

    Such without an ending, too, where they must be pictures.
    """
    run: list[str] = []
    end = begin = 0
    for found in literals.finditer(script):
        if _BETWEEN.fullmatch(script, end, found.start()) is None:
            yield from ((one, begin) for one in _unnamed(script, begin, run))
            run, begin = [], found.start()
        end = found.end()
        if len(found[1]) > _LONGEST_ADDRESS:
            continue
        said = plain(found[1]).strip()
        if _PICTURE.fullmatch(said):
            yield said, begin
        elif _ADDRESS.fullmatch(said) and not _NO_PICTURE.search(said):
            run.append(said)
    yield from ((one, begin) for one in _unnamed(script, begin, run))


def _unnamed(script: str, begin: int, run: list[str]) -> Iterator[str]:
    """Yield addresses without endings: an array of them, called pictures or pages."""
    if len(run) >= _FEWEST and _KEY.search(script, max(begin - _KEY_CHARACTERS, 0), begin):
        yield from run


def _texts(script: str, literals: re.Pattern[str]) -> Iterator[str]:
    """Yield strings that have lists in them: joined, in JSON, in base64."""
    for found in literals.finditer(script):
        literal = found[1]
        if len(literal) < _FEWEST_CHARACTERS:
            continue
        said = plain(literal)
        if _BASE64.fullmatch(said):
            said = from_base64(said)
        elif _PICTURE.fullmatch(said):
            continue
        if said and _ENDING.search(said):
            yield said


_FEWEST_CHARACTERS: Final = 10


def _around(names: tuple[str, ...], shown: Iterable[str]) -> tuple[str, str]:
    """Return what stands before and after a name in the address of a picture that is shown."""
    some = {*names[:3], names[-1]}
    for address in shown:
        path, mark, query = address.partition("?")
        for name in some:
            if path.endswith(name) and len(path) > len(name) and _ADDRESS.match(path):
                rest = path.removesuffix(name)
                if name.startswith("/") or rest.endswith("/"):
                    return rest, "" if "?" in name else mark + query
    return "", ""


def _addresses(script: str) -> Iterator[str]:
    for literals in _LITERALS:
        for found in literals.finditer(script):
            if 8 <= len(found[1]) <= _LONGEST_ADDRESS:  # noqa: PLR2004 (an address)
                said = plain(found[1])
                if _ADDRESS.fullmatch(said):
                    yield said


def _prefix(script: str) -> str:
    """Return what a script says that names are completed by: its host and path."""
    path = _told(script, _PATHS, _FOLDER)
    if _ADDRESS.match(path):
        return path.rstrip("/") + "/"
    host = _host(script)
    if not host:
        return f"{path.rstrip('/')}/" if path else ""
    return f"{host}/{path.strip('/')}/" if path.strip("/") else f"{host}/"


def _host(script: str) -> str:
    return _told(script, _HOSTS, _HOST).rstrip("/")


def _told(script: str, names: re.Pattern[str], form: re.Pattern[str]) -> str:
    """Return the first value of that form under one of these names, "" without."""
    for name, literal in _FIELD.findall(script):
        value = plain(literal)
        if names.fullmatch(name) and form.fullmatch(value) and not _PICTURE.fullmatch(value):
            return value
    return ""
