"""Selectors of profiles: the part of CSS that costs no more than a pass over a page.

Lexbor needs minutes for some selectors on pages made for it: 38 s for `dt:nth-of-type(2) ~ dd a` on
8,000 siblings, 45 s for `.x div div div b` in 800 nested elements. So positions, later siblings and
`:has` are refused, and what blanks part is looked for one within the other, each in what was found
before, where no element is looked at twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

MOST_FOUND: Final = 20_000
"""How many elements a selector finds at most: more than any catalogue has chapters."""
_PSEUDO: Final = frozenset({"first-child", "last-child", "empty", "not", "contains"})
_NAMES: Final = re.compile(r":([a-z-]+)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_NOT: Final = re.compile(r":not\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector, in the steps that blanks part it into; without any it means where it begins."""

    text: str
    steps: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read a selector; raises `ValueError` for what is none, or may cost too much."""
        _refuse_costly(text)
        steps = tuple(one.replace(":contains(", ":lexbor-contains(") for one in _steps(text))
        trial = LexborHTMLParser("<p>")
        for step in steps:
            try:
                trial.css(step)
            except SelectolaxError as error:
                raise ValueError(f"{text!r} is no selector") from error
        return cls(text, steps)

    def find(self, root: LexborHTMLParser | LexborNode) -> list[LexborNode]:
        """Return what is found below an element, or on a page, in order; itself for no steps."""
        if not self.steps:
            node = root.root if isinstance(root, LexborHTMLParser) else root
            return [node] if node is not None else []
        if isinstance(root, LexborHTMLParser):
            found = root.css(self.steps[0])[:MOST_FOUND]
        else:
            found = _below(root, self.steps[0])
        for before, step in zip(self.steps, self.steps[1:], strict=False):
            within = _outermost(found, before)
            found = [one for node in within for one in _below(node, step)][:MOST_FOUND]
        return found

    def inside(self, found: list[LexborNode]) -> Iterator[tuple[LexborNode, bool]]:
        """Yield what was found, each with whether it stands in another that was found."""
        seen: set[int] = set()
        for node in found:
            is_inside = node.mem_id in seen
            if not is_inside and self.steps:
                seen.update(one.mem_id for one in node.css(self.steps[-1]))
            yield node, is_inside


def _below(node: LexborNode, step: str) -> list[LexborNode]:
    own = node.mem_id
    return [one for one in node.css(step) if one.mem_id != own][:MOST_FOUND]


def _outermost(found: list[LexborNode], step: str) -> Iterator[LexborNode]:
    """Yield those elements that stand in none of the others: what is below them, is below all."""
    inside: set[int] = set()
    for node in found:
        if node.mem_id not in inside:
            inside.update(one.mem_id for one in node.css(step))
            yield node


def _refuse_costly(text: str) -> None:
    plain = _BRACKETS.sub("", _QUOTED.sub("", text))
    for name in _NAMES.findall(plain):
        if name not in _PSEUDO:
            raise ValueError(f":{name} is not known here (or costs too much): {text!r}")
    if "~" in plain:
        raise ValueError(f"~ costs too much: {text!r}")
    if "," in _NOT.sub("", plain):
        raise ValueError(f"write alternatives as a list, not with a comma: {text!r}")
    if any(re.search(r"[\s>+(]", inner) for inner in _NOT.findall(plain)):
        raise ValueError(f":not() takes names, classes and attributes only: {text!r}")


def _steps(text: str) -> list[str]:
    """Split a selector at blanks, but for those in brackets, quotes and beside `>` and `+`."""
    steps: list[str] = []
    for word in _words(text):
        joined = steps and (word[0] in ">+" or steps[-1][-1] in ">+")
        if joined:
            steps[-1] += word
        else:
            steps.append(word)
    return steps


def _words(text: str) -> Iterator[str]:
    word, quote, depth = "", "", 0
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            depth += (sign in "([") - (sign in ")]")
        if sign.isspace() and not quote and not depth:
            if word:
                yield word
            word = ""
        else:
            word += sign
    if word:
        yield word
