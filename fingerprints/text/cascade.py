"""Which declarations apply to which element (CSS 2.1, 6.4).

The `!important` first, then attributes, then the more specific, then the later.

Plain selectors (names, classes, ids, descendants and children) are matched through an index of the
page, so that a page may have a rule for every word; others by the parser.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import SelectolaxError

from fingerprints.text.stylesheet import Declared, Sheet, Won, declarations, read_sheet, settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST_WORK: Final = 2_000_000
"""Elements looked at for all rules: beyond it later rules are left, against hostile pages."""
_MOST_STYLE: Final = 1 << 24
_PLAIN: Final = re.compile(
    r"(?:[\w-]*+(?:[.#][\w\-\u0080-\uffff]++)*+|\*)(?:\s*+[>\s]\s*+(?:[\w-]++|\*)?+(?:[.#][\w\-\u0080-\uffff]++)*+){0,8}"
)
_STEP: Final = re.compile(r"\s*>\s*|\s+")
_TEST: Final = re.compile(r"([.#]?)([\w\-\u0080-\uffff]+)")
_SELECTOR: Final = re.compile(r"[\w\-.#*\s>+~\[\]=\"'^$|():\u0080-\uffff]{1,200}")
_LIVE: Final = re.compile(r":(?:hover|focus|active|visited|target|checked|disabled)", re.IGNORECASE)
_COMBINATOR: Final = re.compile(r"\s*[>+~]\s*|\s+")
_MOST_COMBINED: Final = 3
_PARSER_WORK: Final = 3
_FEW_RULES: Final = 100
"""So many selectors are sooner looked up by the parser than an index of the page is made."""
_NO_PARENT: Final = 0
_NOT_SELECTED: Final = (0, 0, 0)


@dataclass(slots=True)
class Styles:
    """Declarations by an element's `mem_id`; those of ::before and ::after apart."""

    elements: dict[int, dict[str, str]] = field(default_factory=dict)
    before: dict[int, dict[str, str]] = field(default_factory=dict)
    after: dict[int, dict[str, str]] = field(default_factory=dict)
    faces: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_styles(tree: LexborHTMLParser, tag_count: int, linked: str = "") -> Styles:
    """Apply the style blocks and attributes of a page after the text of its `linked` sheets."""
    blocks = "\n".join(node.text() for node in tree.css("style"))
    sheet = read_sheet(f"{linked}\n{blocks}"[:_MOST_STYLE])
    return _Cascade(tree, tag_count).applied(sheet)


class _Cascade:
    def __init__(self, tree: LexborHTMLParser, tag_count: int) -> None:
        self._tree = tree
        self._tag_count = tag_count
        self._work = 0
        self._is_long = True
        self._index: _Index | None = None
        self._won: dict[str, dict[int, dict[str, Won]]] = {
            "": {},
            "before": {},
            "after": {},
        }

    def applied(self, sheet: Sheet) -> Styles:
        self._is_long = len(sheet.rules) > _FEW_RULES
        for rule in sheet.rules:
            if self._work > _MOST_WORK:
                break
            self._apply(rule.declared, self._won[rule.pseudo], self._matched(rule.selector))
        for node in self._tree.css("[style]"):
            body = declarations((node.attributes.get("style") or "").split(";"))
            inline = (False, True, _NOT_SELECTED, sheet.length)
            settle(self._won[""].setdefault(node.mem_id, {}), body, inline)
        self._hide_by_attribute()
        settled = {
            pseudo: {
                element: {name: value for name, (_, value) in won.items()}
                for element, won in elements.items()
            }
            for pseudo, elements in self._won.items()
        }
        return Styles(settled[""], settled["before"], settled["after"], sheet.faces)

    def _hide_by_attribute(self) -> None:
        hidden = {"display": Declared("none", is_important=True)}
        mirrored = {
            "unicode-bidi": Declared("bidi-override", is_important=False),
            "direction": Declared("rtl", is_important=False),
        }
        for selector, body in (("[hidden],[aria-hidden=true]", hidden), ("bdo[dir=rtl]", mirrored)):
            for node in self._tree.css(selector):
                won = self._won[""].setdefault(node.mem_id, {})
                settle(won, body, (False, False, _NOT_SELECTED, -1))

    @staticmethod
    def _apply(
        declared: dict[str, Won], styled: dict[int, dict[str, Won]], elements: Iterable[int]
    ) -> None:
        for element in elements:
            won = styled.get(element)
            if won is None:
                styled[element] = dict(declared)
                continue
            for name, other in declared.items():
                if name not in won or won[name].priority <= other.priority:
                    won[name] = other

    def _matched(self, selector: str) -> Iterable[int]:
        """`mem_id` of each element that a selector chooses."""
        if self._is_long and _PLAIN.fullmatch(selector):
            if self._index is None:
                self._index = _Index(self._tree)
            chosen, work = self._index.matched(selector)
            self._work += work
            return chosen
        combined = len(_COMBINATOR.findall(selector))
        self._work += _PARSER_WORK * (1 + combined) * self._tag_count
        if not _SELECTOR.fullmatch(selector) or _LIVE.search(selector):
            return ()
        if combined > _MOST_COMBINED:
            return ()  # time grows with the depth, to the power of these
        try:
            return [node.mem_id for node in self._tree.css(selector)]
        except (SelectolaxError, ValueError):
            return ()


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    id: str
    classes: frozenset[str]
    parent: int


class _Index:
    """A page's elements by name, class and id."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._elements: dict[int, _Element] = {}
        self._by: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._known: dict[str, frozenset[int]] = {}
        top = tree.root
        for node in top.traverse() if top is not None else ():
            self._add(node)

    def _add(self, node: LexborNode) -> None:
        attributes = node.attributes
        classes = frozenset((attributes.get("class") or "").split())
        parent = node.parent.mem_id if node.parent is not None else _NO_PARENT
        element = _Element(node.tag or "", attributes.get("id") or "", classes, parent)
        self._elements[node.mem_id] = element
        self._by["", element.name].append(node.mem_id)
        self._by["", "*"].append(node.mem_id)
        if element.id:
            self._by["#", element.id].append(node.mem_id)
        for one in classes:
            self._by[".", one].append(node.mem_id)

    def matched(self, selector: str) -> tuple[list[int], int]:
        """Elements that a plain selector chooses, and how many were looked at."""
        *around, last = _STEP.split(selector)
        is_child = [step.strip() == ">" for step in _STEP.findall(selector)]
        passing = [self._passing(compound) for compound in around]
        candidates = self._passing(last)
        work = len(candidates) + 1
        if not around or not all(passing):
            return (list(candidates) if all(passing) else []), work
        chosen = []
        for candidate in candidates:
            fits, steps = self._has_ancestors(candidate, passing, is_child)
            work += steps
            if fits:
                chosen.append(candidate)
        return chosen, work

    def _has_ancestors(
        self, element: int, passing: list[frozenset[int]], is_child: list[bool]
    ) -> tuple[bool, int]:
        """Whether ancestors fit from the nearest on; greedy, which is exact but for rare `>`."""
        steps, at = 0, len(passing) - 1
        parent = self._elements[element].parent
        while at >= 0 and parent in self._elements:
            steps += 1
            if parent in passing[at]:
                at -= 1
            elif is_child[at]:
                return False, steps
            parent = self._elements[parent].parent
        return at < 0, steps

    def _passing(self, compound: str) -> frozenset[int]:
        """Elements that a compound fits; remembered, for sheets repeat themselves."""
        if compound not in self._known:
            tests = _tests(compound)
            rarest = min(tests, key=lambda test: len(self._by.get(test, ())))
            some = self._by.get(rarest, ())
            self._known[compound] = frozenset(one for one in some if self._passes(one, tests))
        return self._known[compound]

    def _passes(self, element: int, tests: list[tuple[str, str]]) -> bool:
        found = self._elements[element]
        return all(
            name in ("*", found.name)
            if not kind
            else name == found.id
            if kind == "#"
            else name in found.classes
            for kind, name in tests
        )


def _tests(compound: str) -> list[tuple[str, str]]:
    """What an element must be: ("", name), (".", class) or ("#", id)."""
    tests = [(kind, name if kind else name.lower()) for kind, name in _TEST.findall(compound)]
    return tests or [("", "*")]
