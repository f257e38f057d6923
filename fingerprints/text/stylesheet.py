"""What a page's own styles do to its text: hide it, add to it, move it.

Only <style> blocks and style attributes are read, and of the cascade only that a later rule beats
an earlier one and an attribute beats both: enough to undo what pages do to spoil copied text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import SelectolaxError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST_WORK: Final = 5_000_000
"""Rules times tags: beyond it later rules are left, so that a hostile page can't stall."""
_MOST_STYLE: Final = 1 << 20
_LONGEST_VALUE: Final = 64
_LONGEST_CONTENT: Final = 2000
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Strings end with their line, as in CSS, so that every alternative matches in one go.
_TOKEN: Final = re.compile(
    r"\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?|[{};]|[^{};\"']+", re.DOTALL
)
_OTHER_MEDIA: Final = re.compile(r"\s*@media\b.{0,100}\b(?:print|speech)\b", re.IGNORECASE)
_RELEVANT: Final = re.compile(
    r"display|visibility|font|opacity|text-indent|content|order|flex|direction|left|top",
    re.IGNORECASE,
)
_PSEUDO: Final = re.compile(r"::?(before|after)\s*$", re.IGNORECASE)
_SELECTOR: Final = re.compile(r"[\w\-.#*\s>+~\[\]=\"'\u0080-\uffff]{1,200}")
_COMBINATOR: Final = re.compile(r"\s*[>+~]\s*|\s+")
_MOST_COMBINED: Final = 3
_CONTENT: Final = re.compile(
    r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|attr\(\s*([\w-]+)[^)]*\)", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_ZERO: Final = re.compile(r"[+-]?0*\.?0+(?:px|em|rem|pt|%|vw|vh)?", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"[\d.]+(?:em|%|ex|ch)|inherit|unset|smaller|larger", re.IGNORECASE)
_FAR: Final = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|em|rem|pt|%|vw|vh)", re.IGNORECASE)


@dataclass(slots=True)
class Styles:
    """What applies to which element, by its `mem_id`."""

    removed: dict[int, bool] = field(default_factory=dict)
    """Whether the element and all in it are not shown."""
    muted: dict[int, bool] = field(default_factory=dict)
    """Whether text in it is not seen, unless an element within says otherwise."""
    before: dict[int, str] = field(default_factory=dict)
    after: dict[int, str] = field(default_factory=dict)
    order: dict[int, int] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)
    """Flex containers that show their last child first."""
    overridden: set[int] = field(default_factory=set)
    """Elements whose characters are written from right to left."""


def read_styles(tree: LexborHTMLParser, tag_count: int) -> Styles:
    """Collect the effects of a page's style blocks and style attributes."""
    styles = Styles()
    work = 0
    for selector, declared in _rules(tree):
        work += tag_count
        if work > _MOST_WORK:
            break
        pseudo = _PSEUDO.search(selector)
        for node in _selected(tree, selector[: pseudo.start()] if pseudo else selector):
            if pseudo:
                _generate(styles, node, pseudo[1].lower(), declared)
            else:
                _apply(styles, node.mem_id, declared)
    for node in tree.css("[style]"):
        _apply(styles, node.mem_id, _declared((node.attributes.get("style") or "").split(";")))
    for node in tree.css("[hidden],[aria-hidden=true]"):
        styles.removed[node.mem_id] = True
    for node in tree.css("bdo[dir=rtl]"):
        styles.overridden.add(node.mem_id)
    return styles


def _rules(tree: LexborHTMLParser) -> Iterator[tuple[str, dict[str, str]]]:
    blocks = (node.text() for node in tree.css("style"))
    source = _COMMENT.sub("", "\n".join(blocks)[:_MOST_STYLE])
    for selectors, body in _innermost(source):
        if not any(map(_RELEVANT.search, body)):
            continue
        declared = _declared(body)
        if _has_effect(declared):
            for selector in selectors.split(","):
                yield selector.strip(), declared


def _innermost(source: str) -> Iterator[tuple[str, list[str]]]:
    """Selectors and declarations of each rule, whatever at-rules it stands in but print's."""
    outer: list[bool] = []
    statements = [""]
    for piece in _TOKEN.findall(source):
        if piece == "{":
            is_for_print = _OTHER_MEDIA.match(statements[-1]) is not None
            outer.append(is_for_print or (outer[-1] if outer else False))
            statements = [statements[-1], ""]
        elif piece == "}":
            if len(statements) > 1 and outer and not outer[-1]:
                yield statements[0], statements[1:]
            outer = outer[:-1]
            statements = [""]
        elif piece == ";":
            statements.append("")
        else:
            statements[-1] += piece


def _declared(body: Iterable[str]) -> dict[str, str]:
    declared = {}
    for statement in body:
        name, _, value = statement.partition(":")
        name = name.strip().lower()
        if name == "content":
            declared[name] = value.strip()[:_LONGEST_CONTENT]
        elif len(value) <= _LONGEST_VALUE:
            declared[name] = value.lower().replace("!important", "").strip()
    return declared


def _has_effect(declared: dict[str, str]) -> bool:
    return (
        not declared.keys().isdisjoint(("display", "visibility", "content", "order", "opacity"))
        or "font-size" in declared
        or declared.get("font", "").startswith("0")
        or _is_removed(declared) is not None
        or "reverse" in declared.get("flex-direction", "") + declared.get("flex-flow", "")
        or "unicode-bidi" in declared
    )


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    if not _SELECTOR.fullmatch(selector):
        return []
    if len(_COMBINATOR.findall(selector)) > _MOST_COMBINED:
        return []  # time grows with the depth, to the power of these
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _apply(styles: Styles, element: int, declared: dict[str, str]) -> None:
    removed, muted = _is_removed(declared), _is_muted(declared)
    if removed is not None:
        styles.removed[element] = removed
    if muted is not None:
        styles.muted[element] = muted
    order = declared.get("order", "")
    if order.lstrip("+-").isdecimal() and len(order) < 10:  # noqa: PLR2004 (fits an int32)
        styles.order[element] = int(order)
    if "reverse" in declared.get("flex-direction", "") + declared.get("flex-flow", ""):
        styles.reversed.add(element)
    if "override" in declared.get("unicode-bidi", "") and declared.get("direction") == "rtl":
        styles.overridden.add(element)


def _is_removed(declared: dict[str, str]) -> bool | None:
    if "display" in declared:
        return declared["display"].lower() == "none"
    if "opacity" in declared:
        return _ZERO.fullmatch(declared["opacity"]) is not None
    far = (declared.get(name, "") for name in ("text-indent", "left", "top", "margin-left"))
    return True if any(_FAR.fullmatch(one) for one in far) else None


def _is_muted(declared: dict[str, str]) -> bool | None:
    visibility = declared.get("visibility", "").lower()
    if visibility in {"hidden", "collapse"}:
        return True
    size = declared.get("font-size") or declared.get("font", "").partition("/")[0]
    if _ZERO.fullmatch(size):
        return True
    if visibility == "visible" or ("font-size" in declared and not _RELATIVE.fullmatch(size)):
        return False
    return None


def _generate(styles: Styles, node: LexborNode, where: str, declared: dict[str, str]) -> None:
    """Keep the text that ::before or ::after puts in."""
    if "content" not in declared or _is_removed(declared) or _is_muted(declared):
        return
    generated = styles.before if where == "before" else styles.after
    generated[node.mem_id] = "".join(_pieces(declared["content"], node))


def _pieces(content: str, node: LexborNode) -> Iterator[str]:
    for piece in _CONTENT.finditer(content):
        if piece[3]:
            yield node.attributes.get(piece[3].lower()) or ""
        else:
            yield _ESCAPE.sub(_unescaped, piece[1] or piece[2] or "")


def _unescaped(escape: re.Match[str]) -> str:
    if not escape[1]:
        return "" if escape[2] == "\n" else escape[2]
    point = int(escape[1], 16)
    return chr(point) if 0 < point < 0x110000 else "\ufffd"  # noqa: PLR2004 (code points)
