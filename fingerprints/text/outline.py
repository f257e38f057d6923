"""The lines of a page's text, each with the elements that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from fingerprints.text.page import BLOCKS, Reader, read_page
from fingerprints.text.reading import forwards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from fingerprints.text.cascade import Styles
    from fingerprints.text.page import Pictures, Shown

NOWHERE: Final = -1
_LONGEST_NAME: Final = 200


class Element(NamedTuple):
    """An element of a page, numbered in the order of its start tag.

    `parent` and `block` (the nearest that breaks lines, be it itself) are numbers of others, or
    `NOWHERE`. `called` is its class and id. `in_link`: it is a link, or stands in one.
    """

    parent: int
    block: int
    tag: str
    called: str
    in_link: bool


class Line(NamedTuple):
    """A line of the text; `linked` counts its characters that lead elsewhere.

    `element` is the number of that where its words begin, `NOWHERE` of what is hidden.
    """

    text: str
    linked: int
    element: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A page's text by lines: joined with line feeds they are the text that `read_text` gives."""

    lines: list[Line]
    elements: list[Element]

    @property
    def text(self) -> str:
        """The whole of it."""
        return "\n".join(line.text for line in self.lines)


def outline(html: str, *, depth_limit: int, resources: Mapping[str, bytes]) -> Outline:
    """Read a page by lines; raises `TooLarge`."""
    read = read_page(html, depth_limit=depth_limit, resources=resources, kind=_Noting)
    lines = [*_lines(read.pieces, read.reader), *_hidden(read.hidden)]
    return Outline(_trimmed(lines), read.reader.elements)


class _Noting(Reader):
    """A reader that notes from which piece on it is in which element."""

    def __init__(self, styles: Styles, shown: Shown, pictures: Pictures) -> None:
        super().__init__(styles, shown, pictures)
        self.elements: list[Element] = []
        self.turns: list[tuple[int, int]] = []
        self._inside = NOWHERE

    def _children(self, node: LexborNode) -> Iterator[LexborNode]:
        """Yield an element's children; asked for the first it is open, for the last done."""
        around = self._inside
        number = self._inside = len(self.elements)
        self.elements.append(self._element(node, around, number))
        self.turns.append((len(self.seen), number))
        yield from super()._children(node)
        self._inside = around
        self.turns.append((len(self.seen), around))

    def _element(self, node: LexborNode, around: int, number: int) -> Element:
        tag = node.tag or ""
        block, in_link = NOWHERE, tag == "a"
        if around >= 0:
            block, in_link = self.elements[around].block, in_link or self.elements[around].in_link
        said = node.attributes
        called = f"{said.get('class') or ''} {said.get('id') or ''}"[:_LONGEST_NAME]
        return Element(around, number if tag in BLOCKS else block, tag, called, in_link)


def _lines(pieces: list[str], reader: _Noting) -> Iterator[Line]:
    """Yield the lines of pieces of text, empty ones too."""
    turns = iter([*reader.turns, (len(pieces) + 1, NOWHERE)])
    until, after = next(turns)
    inside = element = NOWHERE
    is_link = False
    said: list[str] = []
    linked = 0
    for place, piece in enumerate(pieces):
        while until <= place:
            inside = after
            is_link = inside >= 0 and reader.elements[inside].in_link
            until, after = next(turns)
        if piece == "\n":  # as nearly always where one ends
            if said:
                yield Line("".join(said), linked, inside if element < 0 else element)
            said, linked, element = [], 0, NOWHERE
        elif "\n" in piece:
            first, *rest = piece.split("\n")
            yield Line("".join([*said, first]), linked, inside if element < 0 else element)
            yield from (Line(one, 0, inside) for one in rest[:-1])
            said, linked, element = [rest[-1]], 0, inside if rest[-1].strip() else NOWHERE
        elif piece:
            said.append(piece)
            if is_link:
                linked += len(piece)
            if element < 0 and not piece.isspace():
                element = inside
    yield Line("".join(said), linked, element)


def _hidden(pieces: list[str]) -> Iterator[Line]:
    for piece in pieces:
        yield from (Line(one, 0, NOWHERE) for one in piece.split("\n"))


def _trimmed(lines: list[Line]) -> list[Line]:
    """Take away what is blank, and turn round what is written backwards."""
    kept = [line._replace(text=line.text.strip(" ")) for line in lines]
    kept = [line for line in kept if line.text]
    while kept and not kept[0].text.lstrip():
        del kept[0]
    while kept and not kept[-1].text.rstrip():
        del kept[-1]
    if kept:
        kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return [line._replace(text=forwards(line.text)) for line in kept]
