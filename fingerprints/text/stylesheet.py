"""A page's style sheets, read for what changes its text: hides it, adds to it, moves it, draws it.

Rules in whatever at-rules they stand in, but for print or speech; @font-face apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_STYLE: Final = 1 << 20
_LONGEST_REMEMBERED: Final = 1 << 18
_MOST_FACES: Final = 64
_LONGEST_VALUE: Final = 120
_LONGEST_CONTENT: Final = 2000
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Strings end with their line, as in CSS, so that every alternative matches in one go.
_TOKEN: Final = re.compile(
    r"\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?|[{};]|[^{};\"']+", re.DOTALL
)
_OTHER_MEDIA: Final = re.compile(r"\s*@media\b.{0,100}\b(?:print|speech)\b", re.IGNORECASE)
_FACE: Final = re.compile(r"@font-face\s*+\{([^{}]*+)\}?", re.IGNORECASE)
_FAMILY: Final = re.compile(r"font-family\s*+:\s*+([^;]{1,120})", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"url\(\s*+[\"']?([^\"')]*+)", re.IGNORECASE)
_IMPORTANT: Final = re.compile(r"!\s*important\s*$", re.IGNORECASE)
_PSEUDO: Final = re.compile(r"::?(before|after)\s*$", re.IGNORECASE)
_SPECIFIC: Final = re.compile(
    r"(#[\w-]+)|(\.[\w\-\u0080-\uffff]+|\[[^\]]*+\]?|:(?!:)[\w-]+)|((?<![\w-])[a-zA-Z][\w-]*)"
)
_USED: Final = frozenset(
    (
        *("display", "visibility", "opacity", "font", "font-size", "font-family", "content"),
        *("order", "flex-direction", "flex-flow", "color", "background", "background-color"),
        *("position", "left", "top", "right", "bottom", "text-indent", "margin-left", "clip"),
        *("clip-path", "width", "height", "max-width", "max-height", "overflow", "transform"),
        *("filter", "unicode-bidi", "direction", "counter-reset", "counter-increment"),
        "-webkit-text-fill-color",
    )
)


Priority = tuple[bool, bool, tuple[int, int, int], int]
"""`!important`, an attribute, the selector's specificity, the place: the greater one wins."""


class Declared(NamedTuple):
    """The value of a property, and whether it is `!important`."""

    value: str
    is_important: bool


class Won(NamedTuple):
    """A value that won over others, and by what."""

    priority: Priority
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a sheet says of one selector, in however many places.

    `pseudo` is "before", "after" or "".
    """

    selector: str
    pseudo: str
    declared: dict[str, Won]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rule a selector, in order; `faces`: URLs of each font family, named in small letters.

    `length`: how many rules were read.
    """

    rules: tuple[Rule, ...]
    length: int
    faces: dict[str, tuple[str, ...]]


def read_sheet(source: str) -> Sheet:
    """Read a style sheet; what is malformed or beside the point is left out.

    Sheets of usual length are remembered: the pages of a site share theirs.
    """
    return _remembered(source) if len(source) <= _LONGEST_REMEMBERED else _read(source)


@lru_cache(maxsize=32)
def _remembered(source: str) -> Sheet:
    return _read(source)


def _read(source: str) -> Sheet:
    source = _COMMENT.sub("", source)
    faces: dict[str, tuple[str, ...]] = {}
    for found in _FACE.finditer(source):
        name = _FAMILY.search(found[1])
        if name and len(faces) < _MOST_FACES:
            faces[family_name(name[1])] = tuple(_ADDRESS.findall(found[1]))
    rules, length = _settled(_FACE.sub("", source)[:_MOST_STYLE])
    return Sheet(rules, length, faces)


def family_name(written: str) -> str:
    """A font family's name without quotes, in small letters."""
    return written.strip().strip("\"'").strip().lower()


def declarations(statements: Iterable[str]) -> dict[str, Declared]:
    """Those of the properties that matter to text; custom ones too, as they are written."""
    declared: dict[str, Declared] = {}
    for statement in statements:
        name, _, value = statement.partition(":")
        name = name.strip()
        is_own = name.startswith("--")
        name = name if is_own else name.lower()
        if not is_own and name not in _USED:
            continue
        important = _IMPORTANT.search(value[-20:]) is not None
        value = value[: value.rindex("!")] if important else value
        if is_own or name == "content":
            value = value.strip()[:_LONGEST_CONTENT]
        elif len(value) <= _LONGEST_VALUE:
            value = value.strip().lower()
        else:
            continue
        if important or not (name in declared and declared[name].is_important):
            declared[name] = Declared(value, important)
    return declared


def settle(won: dict[str, Won], declared: dict[str, Declared], priority: Priority) -> None:
    """Let declarations in where they win; `priority` is that of the unimportant ones."""
    for name, (value, is_important) in declared.items():
        own = (is_important, *priority[1:])
        if name not in won or won[name].priority <= own:
            won[name] = Won(own, value)


def _settled(source: str) -> tuple[tuple[Rule, ...], int]:
    """Rules by their selectors, in the order of their first places; and how many were read."""
    won: dict[tuple[str, str], dict[str, Won]] = {}
    number = 0
    for selectors, body in _innermost(source):
        declared = declarations(body)
        if not declared:
            continue
        for selector in selectors.split(","):
            pseudo = _PSEUDO.search(selector)
            where = pseudo[1].lower() if pseudo else ""
            matched = (selector[: pseudo.start()] if pseudo else selector).strip()
            priority = (False, False, _specificity(matched), number)
            settle(won.setdefault((matched or "*", where), {}), declared, priority)
            number += 1
    return tuple(Rule(*key, declared) for key, declared in won.items()), number


def _specificity(selector: str) -> tuple[int, int, int]:
    found = _SPECIFIC.findall(selector[:400])
    ids, classes, names = (sum(bool(one[at]) for one in found) for at in range(3))
    return ids, classes, names


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
