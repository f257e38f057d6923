"""From a web page to the text its reader sees, in the order it is read.

What is hidden in small pieces is a decoy and left out. What is hidden at length may be the story
(scripts show it later), so it is kept, after all that is seen: an aligner doesn't mind more text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from fingerprints.errors import TooLarge
from fingerprints.text.stylesheet import Styles, read_styles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)|<(/?)([a-zA-Z][^\s/>]*)",
    re.DOTALL | re.IGNORECASE,
)
# Tags that never hold another of themselves: an opening one closes the last, or they are empty.
_FLAT: Final = _names(
    "p li dt dd tr td th tbody thead tfoot body html head area base br "
    "col embed hr img input link meta param source track wbr"
)
_BLOCKS: Final = _names(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
    "menu ol option p pre section summary table tbody tfoot thead title tr ul"
)
_SILENT: Final = _names("script style template head iframe")
_ASIDE: Final = _names("nav noscript select button rt rp")
_STORY: Final = 200
"""Hidden text of this many characters is kept after all, at the end."""
_MOST_OPTIONS: Final = 2000
_CHOICE: Final = re.compile(r"</?(?:select|option|optgroup)\b[^>]*(?:>|\Z)", re.IGNORECASE)
_LONGEST_TAG: Final = 1 << 14
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_OVERRIDE: Final = "\u202e"
_POP: Final = "\u202c"


def page_text(html: str, *, depth_limit: int) -> str:
    """Visible text of a page, paragraphs on lines of their own; raises `TooLarge`."""
    html = _tamed(html)
    tag_count = _checked_depth(html, depth_limit)
    tree = LexborHTMLParser(html)
    top = tree.body or tree.root
    if top is None:
        return ""
    styles = read_styles(tree, tag_count)
    reader = _Reader(styles)
    reader.read(top)
    if reader.hidden_blocks > sum(map(len, reader.seen)):
        reader = _Reader(styles, shows_blocks=True)  # a script does
        reader.read(top)
    text = "".join([*reader.seen, "\n", *reader.kept_hidden()])
    lines = (line.strip(" ") for line in text.split("\n"))
    return "\n".join(filter(None, lines)).strip()


def _tamed(html: str) -> str:
    """Take out what the parser needs quadratic time for and no page needs in such number."""
    if html.count("<option") + html.count("<OPTION") > _MOST_OPTIONS:
        html = _CHOICE.sub(" ", html)
    pieces = html.split(">")
    if max(map(len, pieces)) > _LONGEST_TAG:  # attributes are compared with each other
        html = ">".join(map(_short_tag, pieces))
    return html


def _short_tag(piece: str) -> str:
    start = piece.rfind("<")
    if start < 0 or len(piece) - start <= _LONGEST_TAG:
        return piece
    name = _TAG.match(piece, start)
    return piece[: name.end()] if name else piece


def _checked_depth(html: str, limit: int) -> int:
    """Count the tags; raises `TooLarge` where they nest too deep.

    Done before parsing: HTML's rules take time that grows with the square of the depth.
    """
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


class _Reader:
    """Walks a page without recursion; `seen` becomes the text.

    `hidden_blocks`: characters in hidden paragraphs and the like, which decoys seldom are.
    """

    def __init__(self, styles: Styles, *, shows_blocks: bool = False) -> None:
        self.seen: list[str] = []
        self.hidden_blocks = 0
        self._styles = styles
        self._shows_blocks = shows_blocks
        self._hidden: list[str] = []
        self._is_styled = bool(styles.removed or styles.muted or styles.before or styles.after)
        self._is_styled |= bool(styles.order or styles.reversed or styles.overridden)

    def kept_hidden(self) -> Iterator[str]:
        """Pieces of hidden text that are too long to be decoys."""
        return (f"{one}\n" for one in self._hidden if len(one) >= _STORY)

    def read(self, top: LexborNode) -> None:
        """Append the text under `top` to what is seen or hidden."""
        closing = [""]
        muted = [False]
        levels = [iter(self._children(top))]
        while levels:
            node = next(levels[-1], None)
            if node is None:
                levels.pop()
                muted.pop()
                self.seen.append(closing.pop())
            elif node.is_text_node:
                self._say(node.text_content or "", is_muted=muted[-1])
            elif node.is_element_node and not self._is_left_out(node):
                is_muted, opening, end = self._edges(node, is_muted=muted[-1])
                self.seen.append(opening)
                closing.append(end)
                muted.append(is_muted)
                levels.append(iter(self._children(node)))

    def _say(self, text: str, *, is_muted: bool) -> None:
        pieces = self._hidden if is_muted else self.seen
        pieces.append(_SPACE.sub(" ", text))

    def _is_left_out(self, node: LexborNode) -> bool:
        tag = node.tag
        if tag in _SILENT:
            return True
        is_removed = self._is_styled and self._styles.removed.get(node.mem_id, False)
        if not is_removed and tag not in _ASIDE:
            return False
        is_block = is_removed and tag in _BLOCKS
        if is_block and self._shows_blocks:
            return False
        text = _SPACE.sub(" ", node.text())
        self.hidden_blocks += len(text) if is_block else 0
        self._hidden.append(text)
        return True

    def _edges(self, node: LexborNode, *, is_muted: bool) -> tuple[bool, str, str]:
        """Whether text in it is muted, and what stands before and after it."""
        tag = node.tag
        edge = "\n" if tag in _BLOCKS else " " if tag in {"td", "th"} else ""
        if not self._is_styled:
            return is_muted, edge, edge
        styles, element = self._styles, node.mem_id
        before, after = styles.before.get(element, ""), styles.after.get(element, "")
        is_muted = styles.muted.get(element, is_muted)
        if element in styles.overridden:
            before, after = _OVERRIDE + before, after + _POP
        return is_muted, edge + before, after + edge

    def _children(self, node: LexborNode) -> Iterator[LexborNode]:
        children = _each_child(node)
        if not self._styles.order and not self._styles.reversed:
            return children
        orders = self._styles.order
        ordered = list(children)
        if any(child.mem_id in orders for child in ordered):
            ordered.sort(key=lambda child: orders.get(child.mem_id, 0))
        if node.mem_id in self._styles.reversed:
            ordered.reverse()
        return iter(ordered)


def _each_child(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
