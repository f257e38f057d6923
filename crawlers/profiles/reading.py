"""Reading a page by a profile: what each of its fields yields there.

Nothing is read that isn't asked for, but the fields that a page of its kind must have.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from crawlers.profiles import transforms
from crawlers.profiles.form import FORMS, Form, GroupField, PlainField, is_many
from crawlers.profiles.patterns import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawlers.profiles.form import PageKind, Profile, Source
    from crawlers.profiles.selectors import Selector
    from crawlers.spiders.pages import Page

_MOST_VALUES: Final = 500
_MOST_ITEMS: Final = 20_000
_MOST_CHARACTERS: Final = 4_000_000
"""Text taken out of one page: elements that stand in each other say the same again and again."""
_SCRIPT_CHARACTERS: Final = 500_000
_MOST_SCRIPTS: Final = 200
_UNSEEN: Final = frozenset({"script", "style", "noscript", "template"})
_SCRIPTS: Final = ", ".join(sorted(_UNSEEN))
_BROKEN_BY: Final = frozenset(
    {"br", "p", "div", "li", "tr", "dd", "dt", "h1", "h2", "h3", "h4", "blockquote", "pre"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a field yielded, and in which element it stands, if in one."""

    text: str
    element: LexborNode | None = None


Item = dict[str, list[Found]]
"""One of several things: what each of its fields yielded."""


class Reading:
    """What a profile says of a page. Without one it says nothing, and everything goes on as is."""

    def __init__(
        self,
        page: Page | None = None,
        profile: Profile | None = None,
        kind: PageKind | None = None,
        at: datetime = datetime.min,  # noqa: DTZ901  of no page
    ) -> None:
        self.kind = kind
        self.profile = profile
        self._page = page
        self._at = at
        self._fields = profile.of(kind) if profile and kind else {}
        self._read: dict[str, list[Found]] = {}
        self._groups: dict[str, list[Item]] = {}
        self._patience = Patience()
        self._left = _MOST_CHARACTERS

    @property
    def page(self) -> Page | None:
        """What is read; None where nothing is."""
        return self._page

    @property
    def name(self) -> str:
        """Which profile, and which of its kinds of pages: `jieqi/chapter`; "" for none."""
        return f"{self.profile.name}/{self.kind}" if self.profile and self.kind else ""

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The fields that such a page must have, and that yield nothing here."""
        required = self.profile.required(self.kind) if self.profile and self.kind else ()
        return tuple(name for name in required if not self._yields(name))

    def _yields(self, name: str) -> bool:
        """Tell whether a field yields anything: of long texts, without putting them into lines."""
        field = self._fields.get(name)
        if isinstance(field, PlainField) and (field.form or FORMS[name]) is Form.LINES:
            first = field.sources[0]
            if first.css is not None and not (first.attr or first.json_path or first.regex):
                elements = first.css.find(self._there.tree)[:1]
                if any(_shows_words(element) for element in elements):
                    return True
        return bool(self.found(name) or self.items(name))

    def one(self, *names: str) -> str:
        """Return what the first of these fields that yields anything says, "" for none."""
        return next((found.text for name in names for found in self.found(name)), "")

    def every(self, name: str) -> list[str]:
        """Return all that a field says."""
        return [found.text for found in self.found(name)]

    def found(self, name: str) -> list[Found]:
        """Return all that a field says, with where it stands."""
        if name not in self._read:
            field = self._fields.get(name)
            found = self._values(name, field, None) if isinstance(field, PlainField) else []
            self._read[name] = found
        return self._read[name]

    def items(self, name: str) -> list[Item]:
        """Return the things of a group, in reading order; without those that say nothing."""
        if name not in self._groups:
            field = self._fields.get(name)
            self._groups[name] = self._items(field) if isinstance(field, GroupField) else []
        return self._groups[name]

    def fields(self) -> Mapping[str, PlainField | GroupField]:
        """Return what may be asked for on such a page."""
        return self._fields

    def _items(self, field: GroupField) -> list[Item]:
        for selector in field.each:
            elements = selector.find(self._there.tree)[:_MOST_ITEMS]
            found = [
                item
                for element in self._bounded(selector, elements)
                if (item := self._item(field.item, element))
            ]
            if found:
                return _last_of_each(found[::-1] if field.reverse else found)
        return []

    def _bounded(self, selector: Selector, elements: list[LexborNode]) -> Iterator[LexborNode]:
        """Yield elements as long as those that stand in each other don't hold too much in all."""
        for element, is_inside in selector.inside(elements):
            if is_inside:
                self._left -= len(element.html or "")
            if self._left < 0:
                return
            yield element

    def _item(self, fields: Mapping[str, PlainField], element: LexborNode) -> Item:
        item = {name: self._values(name, field, element) for name, field in fields.items()}
        is_whole = all(item[name] for name, field in fields.items() if field.required)
        return {name: found for name, found in item.items() if found} if is_whole else {}

    def _values(self, name: str, field: PlainField, within: LexborNode | None) -> list[Found]:
        """Return what the first source gives that gives anything."""
        form = field.form or FORMS[name]
        most = _MOST_VALUES if is_many(name, field) else 1
        for source in field.sources:
            found = list(islice(self._made(source, form, within), most))
            if found:
                return found
        return []

    def _made(self, source: Source, form: Form, within: LexborNode | None) -> Iterator[Found]:
        said: dict[str, None] = {}
        for text, element in self._texts(source, form, within):
            self._left -= len(text)
            if self._left < 0:
                return
            made = self._formed(text, form)
            if made and made not in said:
                said[made] = None
                yield Found(made, element)

    def _texts(
        self, source: Source, form: Form, within: LexborNode | None
    ) -> Iterator[tuple[str, LexborNode | None]]:
        texts: Iterable[tuple[str, LexborNode | None]]
        if source.css is not None:
            texts = self._in_elements(source, form, within)
        elif source.script is not None:
            texts = ((text, None) for text in self._in_scripts(source))
        else:
            texts = [(self._there.text if within is None else within.html or "", None)]
        if source.css is not None and source.json_path:
            texts = (
                (said, element)
                for text, element in texts
                for said in at_path(_document(text), source.json_path)
            )
        for text, element in texts:
            if source.regex is None:
                yield text, element
            else:
                yield from ((said, element) for said in self._patience.find(source.regex, text))

    def _in_elements(
        self, source: Source, form: Form, within: LexborNode | None
    ) -> Iterator[tuple[str, LexborNode]]:
        assert source.css is not None  # noqa: S101  looked at before
        tree: LexborHTMLParser | LexborNode = self._there.tree if within is None else within
        found = source.css.find(tree)
        if source.nth:
            place = source.nth - 1 if source.nth > 0 else len(found) + source.nth
            found = found[place : place + 1] if place >= 0 else []
        for element in found if source.attr else self._bounded(source.css, found):
            yield self._text(element, source, form), element

    @staticmethod
    def _text(element: LexborNode, source: Source, form: Form) -> str:
        if source.attr:
            return element.attributes.get(source.attr) or ""
        if source.json_path:
            return element.text(deep=True)[:_SCRIPT_CHARACTERS]
        if form is Form.LINK:
            said = element.attributes
            return said.get("href") or said.get("src") or ""
        return in_lines(element) if form is Form.LINES else element.text(deep=True)

    def _in_scripts(self, source: Source) -> Iterator[str]:
        assert source.script is not None  # noqa: S101  looked at before
        for script in self._there.tree.css("script:not([src])")[:_MOST_SCRIPTS]:
            text = script.text(deep=True)[:_SCRIPT_CHARACTERS]
            for end in self._patience.ends(source.script, text):
                yield from at_path(_variable(text, end), source.json_path)

    def _formed(self, text: str, form: Form) -> str:
        match form:
            case Form.TEXT:
                return transforms.words(text)
            case Form.LINES:
                return transforms.lines(text)
            case Form.NUMBER:
                return transforms.number(transforms.words(text))
            case Form.DATE:
                return transforms.moment(text, self._at)
            case Form.LINK:
                return transforms.link(text, self._there)

    @property
    def _there(self) -> Page:
        assert self._page is not None  # noqa: S101  fields come with a page
        return self._page


NOTHING: Final = Reading()
"""What is read of a page that no profile is for."""


def _last_of_each(items: list[Item]) -> list[Item]:
    """Drop what is linked to again later: catalogues show their newest chapters on top, too."""
    kept: dict[str, Item] = {}
    for number, item in enumerate(items):
        key = item["url"][0].text if "url" in item else str(number)
        kept.pop(key, None)
        kept[key] = item
    return list(kept.values())


def at_path(document: Any, path: str) -> Iterator[str]:  # noqa: ANN401  any JSON
    """Yield the texts and numbers at a path of names and numbers with dots, `*` for every one."""
    found = [document]
    for step in path.split("."):
        found = [inner for one in found for inner in _step(one, step)][:_MOST_VALUES]
    for one in found:
        for value in one if isinstance(one, list) else [one]:
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                yield str(value)


def _step(value: Any, step: str) -> Iterable[Any]:  # noqa: ANN401
    if step == "*":
        return (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
    if isinstance(value, dict):
        return [value[step]] if step in value else ()
    if isinstance(value, list) and step.lstrip("-").isdecimal() and len(step) < len(str(10**6)):
        place = int(step)
        return value[place : place + 1 or None]
    return ()


def in_lines(element: LexborNode) -> str:
    """Return an element's text as it stands there in lines, without scripts."""
    parts: list[str] = []
    for node in element.traverse(include_text=True):
        if node.tag == "-text":
            parent = node.parent
            if parent is None or parent.tag not in _UNSEEN:
                parts.append((node.text_content or "").replace("\n", " "))
        elif node.tag in _BROKEN_BY:
            parts.append("\n")
    return "".join(parts)


def _shows_words(element: LexborNode) -> bool:
    """Tell at little cost whether an element surely has words that are no script's."""
    unseen = sum(len(one.text(deep=True)) for one in element.css(_SCRIPTS))
    return len(element.text(deep=True).strip()) > unseen


def _document(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _variable(text: str, at: int) -> Any:  # noqa: ANN401
    """Read the object or list that a script assigns, from where its name ends."""
    begin = next((place for place in range(at, min(at + 20, len(text))) if text[place] in "{["), -1)
    if begin < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, begin)[0]
    except (ValueError, RecursionError):
        return None
