"""From a web page to the text its reader sees, in the order it is read.

What is hidden in small pieces is a decoy and left out. What is hidden at length may be the story
(scripts show it later), so it is kept, after all that is seen: an aligner doesn't mind more text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from fingerprints.errors import TooLarge
from fingerprints.text.cascade import Styles, read_styles
from fingerprints.text.generated import Generator
from fingerprints.text.lettering import Lettering, embedded
from fingerprints.text.looks import Look, inherited, is_removed
from fingerprints.text.pictures import pictured_character
from fingerprints.text.timed import unstamped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode


R = TypeVar("R", bound="Reader")


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ANY_MARKUP: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*[\s/>]|&#x?[0-9a-fA-F]{2,6};")
_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)|<(/?)([a-zA-Z][^\s/>]*)",
    re.DOTALL | re.IGNORECASE,
)
# A start tag but for its `>`, by the rules of HTML's tokeniser: `>` in quotes doesn't end it.
_WHOLE_TAG: Final = re.compile(
    r"(<[a-zA-Z][^\s/>]*+)(?:[\s/]++(?:[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+)?+)*+"
)
_TAG_OR_RAW: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)|" + _WHOLE_TAG.pattern,
    re.DOTALL | re.IGNORECASE,
)
# Tags that never hold another of themselves: an opening one closes the last, or they are empty.
_FLAT: Final = _names(
    "p li dt dd tr td th tbody thead tfoot body html head area base br "
    "col embed hr img input link meta param source track wbr"
)
BLOCKS: Final = _names(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
    "menu ol option p pre section summary table tbody tfoot thead title tr ul"
)
_SILENT: Final = _names("script style template head iframe")
_ASIDE: Final = _names("nav noscript select button rt rp")
_RAW_MARKUP: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|</?[a-zA-Z][^<>]*+>?",
    re.DOTALL | re.IGNORECASE,
)
_MENU: Final = _SILENT | {"a", "option"}
"""What is no story where it stands aside."""
_STORY: Final = 200
"""Hidden text of this many characters is kept after all, at the end."""
_MOST_OPTIONS: Final = 2000
_CHOICE: Final = re.compile(r"</?(?:select|option|optgroup)\b[^>]*(?:>|\Z)", re.IGNORECASE)
_LONGEST_TAG: Final = 1 << 14
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_MOST_PICTURES: Final = 800
_LONGEST_PICTURE: Final = 1 << 17
_MOST_VARIABLES: Final = 1_000_000
_INTEGER: Final = re.compile(r"[+-]?\d{1,9}")
_PLAIN: Final[Mapping[str, str]] = MappingProxyType({})
_OVERRIDE: Final = "\u202e"
_POP: Final = "\u202c"


def has_markup(text: str) -> bool:
    """Whether there is a tag or a character by its number in it."""
    return _ANY_MARKUP.search(text) is not None


def page_text(html: str, *, depth_limit: int, resources: Mapping[str, bytes] | None = None) -> str:
    """Visible text of a page, paragraphs on lines of their own; raises `TooLarge`.

    `resources`: style sheets, fonts and small pictures by the URL that the page names them by, as
    far as they were fetched; what is embedded in `data:` URLs needs none.
    """
    read = read_page(html, depth_limit=depth_limit, resources=resources or {}, kind=Reader)
    return "\n".join(filter(None, (line.strip(" ") for line in read.text.split("\n")))).strip()


class PageRead(NamedTuple, Generic[R]):
    """A page that was read: its `pieces` of text in order, those hidden at length apart."""

    reader: R
    pieces: list[str]
    hidden: list[str]

    @property
    def text(self) -> str:
        """All of it, with spaces and empty lines to spare."""
        return "".join([*self.pieces, "\n", *self.hidden])


def read_page(
    html: str, *, depth_limit: int, resources: Mapping[str, bytes], kind: type[R]
) -> PageRead[R]:
    """Have a reader read a page; again, knowing more, where much of it would be hidden.

    Raises `TooLarge`.
    """
    html = _tamed(html)
    tag_count = _checked_depth(html, depth_limit)
    tree = LexborHTMLParser(html)
    top = tree.body or tree.root
    linked = [node.attributes.get("href") or "" for node in tree.css("link[rel~=stylesheet]")]
    sheets = [resources[url].decode("utf-8", "replace") for url in linked if url in resources]
    styles = read_styles(tree, tag_count, "\n".join(sheets))
    # A sheet that isn't at hand may paint the ground dark.
    shown = Shown(blended=len(sheets) < len(linked))
    pictures = Pictures(resources)
    reader = kind(styles, shown, pictures)
    if top is None:
        return PageRead(reader, [], [])
    reader.read(top)
    seen = sum(map(len, reader.seen))
    if max(reader.hidden_blocks, reader.blended, reader.veiled) > seen:  # a script does
        shown = Shown(
            blocks=reader.hidden_blocks > seen,
            blended=shown.blended or reader.blended > seen,
            veiled=reader.veiled > seen,
        )
        reader = kind(styles, shown, pictures)
        reader.read(top)
    pieces = reader.text(Lettering(styles.faces, resources))
    return PageRead(reader, pieces, list(reader.kept_hidden()))


def _tamed(html: str) -> str:
    """Take out what the parser needs quadratic time for and no page needs in such number."""
    if html.count("<option") + html.count("<OPTION") > _MOST_OPTIONS:
        html = _CHOICE.sub(" ", html)
    pieces, at = [], 0
    for found in _TAG_OR_RAW.finditer(html):  # attributes are compared with each other
        if len(found[0]) <= _LONGEST_TAG or found[0].startswith("<!--"):
            continue
        tag = _WHOLE_TAG.match(html, found.start())
        if tag is not None and len(tag[0]) > _LONGEST_TAG:
            pieces += [html[at : tag.start()], tag[1]]
            at = tag.end()
    return "".join([*pieces, html[at:]]) if pieces else html


def _checked_depth(html: str, limit: int) -> int:
    """Count the tags, or what may be tags; raises `TooLarge` where they nest too deep.

    Done before parsing: HTML's rules take time that grows with the square of the depth.
    """
    most = html.count("<")
    if most - html.count("</") <= limit:
        return most
    names: list[str] = []
    opened: dict[str, int] = {}
    count = 0
    for tag in _TAG.finditer(html):
        count += 1
        name = tag[3]
        if name is None or (name := name.lower()) in _FLAT:
            continue
        if not tag[2]:
            names.append(name)
            opened[name] = opened.get(name, 0) + 1
            if len(names) > limit:
                raise TooLarge("markup_depth", limit)
        elif opened.get(name):
            while (closed := names.pop()) != name:
                opened[closed] -= 1
            opened[name] -= 1
    return count


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown though styles hide it.

    `blocks`; letters `blended` with their ground; what is `veiled`: has no visibility.
    """

    blocks: bool = False
    blended: bool = False
    veiled: bool = False


class _Level(NamedTuple):
    """An element that is being read: what is left in it, what closes it, how its text looks."""

    children: Iterator[LexborNode]
    closing: str
    look: Look


class Reader:
    """Walks a page without recursion; `seen` becomes the text.

    `hidden_blocks`: characters in hidden paragraphs and the like, which decoys seldom are;
    `blended`: characters that have the colour of their ground; `veiled`: that have no visibility.
    """

    def __init__(self, styles: Styles, shown: Shown, pictures: Pictures) -> None:
        self.seen: list[str] = []
        self.hidden_blocks = 0
        self.blended = 0
        self.veiled = 0
        self._styles = styles
        self._shown = shown
        self._hidden: list[str] = []
        self._drawn: dict[tuple[str, ...], list[int]] = {}
        self._generator = Generator()
        self._pictures = pictures
        self._variables_left = _MOST_VARIABLES
        self._is_ordered = any("order" in one for one in styles.elements.values())

    def text(self, lettering: Lettering) -> list[str]:
        """What is seen, in the characters that its fonts draw."""
        for families, places in self._drawn.items():
            pieces = lettering.read(families, [self.seen[place] for place in places])
            for place, piece in zip(places, pieces, strict=True):
                self.seen[place] = piece
        return self.seen

    def kept_hidden(self) -> Iterator[str]:
        """Pieces of hidden text that are too long to be decoys."""
        return (f"{one}\n" for one in self._hidden if len(one) >= _STORY)

    def read(self, top: LexborNode) -> None:
        """Append the text under `top` to what is seen or hidden."""
        root = top.parent
        look = self._look(root, Look()) if root is not None and root.is_element_node else Look()
        levels = [_Level(iter(self._children(top)), "", self._look(top, look))]
        while levels:
            node = next(levels[-1].children, None)
            if node is None:
                self.seen.append(levels.pop().closing)
            elif node.is_text_node:
                self._say(node.text_content or "", levels[-1].look)
            elif node.is_element_node and not self._is_left_out(node):
                look = self._look(node, levels[-1].look)
                closing = self._open(node, look)
                levels.append(_Level(iter(self._children(node)), closing, look))

    def _say(self, text: str, look: Look) -> None:
        text = _SPACE.sub(" ", unstamped(text))
        if look.is_blended and not self._shown.blended:
            self.blended += len(text)
            self._hidden.append(text)
        elif look.is_hidden and not self._shown.veiled:
            self.veiled += len(text)
            self._hidden.append(text)
        elif look.is_tiny:
            self._hidden.append(text)
        else:
            if self._styles.faces and look.families:
                self._drawn.setdefault(look.families, []).append(len(self.seen))
            self.seen.append(text)

    def _is_left_out(self, node: LexborNode) -> bool:
        tag = node.tag
        if tag in _SILENT:
            return True
        styles = self._styles.elements.get(node.mem_id)
        removed = styles is not None and is_removed(styles)
        if not removed and tag not in _ASIDE:
            return False
        is_block = removed and tag in BLOCKS
        if is_block and self._shown.blocks:
            return False
        text = "".join(_said(node, _MENU if tag in _ASIDE else _SILENT))
        if tag == "noscript":  # a parser that knows of scripts leaves its markup as it is
            text = unescape(_RAW_MARKUP.sub(" ", text))
        text = _SPACE.sub(" ", unstamped(text))
        self.hidden_blocks += len(text) if is_block else 0
        self._hidden.append(text)
        return True

    def _look(self, node: LexborNode, around: Look) -> Look:
        styles: Mapping[str, str] = self._styles.elements.get(node.mem_id, _PLAIN)
        if node.tag == "font" and (colour := node.attributes.get("color")):
            styles = {"color": colour.lower(), **styles}
        return inherited(around, styles) if styles else around

    def _open(self, node: LexborNode, look: Look) -> str:
        """Say what stands before an element's own text; return what stands after it."""
        tag = node.tag
        edge = "\n" if tag in BLOCKS else " " if tag in {"td", "th"} else ""
        if edge:
            self.seen.append(edge)
        if tag == "img":
            self.seen.append(self._pictures.read(node))
        styles = self._styles.elements.get(node.mem_id)
        if styles:
            self._generator.count(styles)
        self._generate(node, self._styles.before, look)
        closing: list[str] = []
        if styles and _is_mirrored(styles):
            self.seen.append(_OVERRIDE)
            closing.append(_POP)
        after = self._styles.after.get(node.mem_id)
        if after:
            closing.append(self._generated(node, after, look))
        return "".join([*closing, edge])

    def _generate(self, node: LexborNode, where: dict[int, dict[str, str]], look: Look) -> None:
        if styles := where.get(node.mem_id):
            self._say(self._generated(node, styles, look), inherited(look, styles))

    def _generated(self, node: LexborNode, styles: dict[str, str], look: Look) -> str:
        own = inherited(look, styles)
        if "content" not in styles or is_removed(styles) or own.is_hidden or own.is_tiny:
            return ""
        self._generator.count(styles)

        def variable(name: str) -> str:
            return styles.get(name) or self._variable(node, name)

        return self._generator.text(styles["content"], node.attributes, variable)

    def _variable(self, node: LexborNode | None, name: str) -> str:
        """Value of a custom property, of the element or the nearest around it that has it."""
        while node is not None and self._variables_left > 0:
            self._variables_left -= 1
            if value := self._styles.elements.get(node.mem_id, _PLAIN).get(name):
                return value
            node = node.parent
        return ""

    def _children(self, node: LexborNode) -> Iterator[LexborNode]:
        children = _each_child(node)
        styles = self._styles.elements
        own = styles.get(node.mem_id, _PLAIN)
        flow = own.get("flex-direction", "") + own.get("flex-flow", "")
        if not self._is_ordered and "reverse" not in flow:
            return children
        if not own.get("display", "flex").endswith(("flex", "grid")) and "reverse" not in flow:
            return children
        ordered = list(children)
        orders = [_order(styles.get(child.mem_id, _PLAIN)) for child in ordered]
        if any(orders):
            ranks = sorted(range(len(ordered)), key=orders.__getitem__)
            ordered = [ordered[rank] for rank in ranks]
        if "reverse" in flow:
            ordered.reverse()
        return iter(ordered)


def _is_mirrored(styles: Mapping[str, str]) -> bool:
    is_override = "override" in styles.get("unicode-bidi", "")
    return is_override and styles.get("direction") == "rtl"


def _order(styles: Mapping[str, str]) -> int:
    written = styles.get("order", "0")
    return int(written) if _INTEGER.fullmatch(written) else 0


class Pictures:
    """What small pictures within text show, by `alt`, by their file's name, or by their shapes."""

    def __init__(self, resources: Mapping[str, bytes]) -> None:
        self._resources = resources
        self._known: dict[str, str] = {}

    def read(self, node: LexborNode) -> str:
        """The character that a picture stands for, or ""."""
        alt = (node.attributes.get("alt") or "").strip()
        if alt:
            return alt if len(alt) == 1 and alt.isalnum() else ""
        source = node.attributes.get("src") or ""
        path = unquote(source[:400]).partition("?")[0]
        stem = path.rpartition("/")[2].partition(".")[0]
        if len(stem) == 1 and stem.isalpha() and not source.startswith("data:"):
            return stem
        if source not in self._known and len(self._known) < _MOST_PICTURES:
            data = self._resources.get(source) or embedded(source[:_LONGEST_PICTURE])
            self._known[source] = pictured_character(data) if data else ""
        return self._known.get(source, "")


def _said(top: LexborNode, silent: frozenset[str]) -> Iterator[str]:
    """Texts under an element, without what is under the silent ones; without recursion."""
    levels = [_each_child(top)]
    while levels:
        node = next(levels[-1], None)
        if node is None:
            levels.pop()
        elif node.is_text_node:
            yield node.text_content or ""
        elif node.is_element_node and node.tag not in silent:
            levels.append(_each_child(node))


def _each_child(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
