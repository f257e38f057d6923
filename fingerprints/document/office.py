"""Office documents: DOCX and PPTX (ECMA-376), ODT and ODP (OASIS OpenDocument 1.3).

The text in the order of the file, without what is deleted, and the pictures as it shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fingerprints.archive import natural_order
from fingerprints.document.media_types import DOCX, ODP, ODT, PPTX
from fingerprints.document.parts import Parts, resolved
from fingerprints.document.xml import End, Start
from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fingerprints.archive import Member

OFFICE_TYPES: Final = frozenset({DOCX, PPTX, ODT, ODP})


@dataclass(frozen=True, slots=True)
class _Markup:
    """`shown`: tags whose text counts, None for all. `left_out`: those with nothing to see.

    `blocks` end a line, `spaces` are one character each; `pictures`: attributes naming one.
    """

    files: re.Pattern[str]
    shown: frozenset[str] | None
    left_out: frozenset[str]
    blocks: frozenset[str]
    spaces: Mapping[str, str]
    pictures: Mapping[str, str]


_MICROSOFT_PICTURES: Final = {"blip": "embed", "imagedata": "id"}
_MARKUPS: Final = {
    DOCX: _Markup(
        re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml"),
        frozenset({"t"}),
        frozenset({"del", "moveFrom", "Fallback"}),
        frozenset({"p", "br", "cr"}),
        {"tab": "\t", "tc": " ", "noBreakHyphen": "-"},
        _MICROSOFT_PICTURES,
    ),
    PPTX: _Markup(
        re.compile(r"ppt/(?:slides|notesSlides)/[^/]+\.xml"),
        frozenset({"t"}),
        frozenset({"Fallback"}),
        frozenset({"p", "br"}),
        {"tc": " "},
        _MICROSOFT_PICTURES,
    ),
    ODT: _Markup(
        re.compile(r"content\.xml"),
        frozenset({"p", "h", "span", "a", "ruby-base", "meta", "bookmark-ref", "placeholder"}),
        frozenset({"tracked-changes", "annotation", "ruby-text", "automatic-styles"}),
        frozenset({"p", "h", "line-break"}),
        {"s": " ", "tab": "\t", "table-cell": " "},
        {"image": "href"},
    ),
}
_MARKUPS[ODP] = _MARKUPS[ODT]


def texts(parts: Parts, media_type: str) -> Iterator[str]:
    """Yield the text of each of the document's files; raises `Undecodable` where there is none."""
    markup = _MARKUPS[media_type]
    for member in _files(parts, markup):
        yield parts.allowed.text(_text(parts, member, markup))


def pictures(parts: Parts, media_type: str) -> Iterator[Member]:
    """Yield the pictures in the order they are shown, each once."""
    markup = _MARKUPS[media_type]
    seen: set[str] = set()
    for member in _files(parts, markup):
        targets = _targets(parts, member.path)
        for reference in _references(parts, member, markup):
            path = targets.get(reference) or resolved(member.path, reference)
            found = parts.find(path)
            if found is not None and found.path not in seen:
                seen.add(found.path)
                yield found


def _files(parts: Parts, markup: _Markup) -> list[Member]:
    found = [one for one in parts.members if markup.files.fullmatch(one.path)]
    if not found:
        raise Undecodable("an office document without its text")
    return sorted(found, key=lambda one: ("note" in one.path, natural_order(one.path)))


def _text(parts: Parts, member: Member, markup: _Markup) -> Iterator[str]:
    opened: list[str] = []
    hidden = 0
    for event in parts.events(member.path):
        if isinstance(event, Start):
            hidden += event.name in markup.left_out
            opened.append(event.name)
            if event.name == "s":
                yield markup.spaces.get("s", "") * _count(event.attributes.get("c", "1"))
        elif isinstance(event, End):
            opened.pop()
            hidden -= event.name in markup.left_out
            if not hidden and event.name != "s":
                yield "\n" if event.name in markup.blocks else markup.spaces.get(event.name, "")
        elif not hidden and opened and (markup.shown is None or opened[-1] in markup.shown):
            yield event


def _count(digits: str) -> int:
    return min(1000, int(digits)) if digits.isascii() and digits.isdigit() else 1


def _references(parts: Parts, member: Member, markup: _Markup) -> Iterator[str]:
    for event in parts.events(member.path):
        if isinstance(event, Start) and event.name in markup.pictures:
            reference = event.attributes.get(markup.pictures[event.name])
            if reference:
                yield reference


def _targets(parts: Parts, path: str) -> dict[str, str]:
    """Return the paths that a Microsoft file's relationship ids stand for."""
    folder, _, name = path.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if parts.find(relations) is None:
        return {}
    return {
        event.attributes.get("Id", ""): resolved(path, event.attributes.get("Target", ""))
        for event in parts.events(relations)
        if isinstance(event, Start) and event.name == "Relationship"
    }
