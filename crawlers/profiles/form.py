"""The form of a profile, as its TOML file has it. docs/profiles.md tells it to people."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Final

import regex
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

from crawlers.profiles.selectors import Selector

_WITH_ATTRIBUTE: Final = re.compile(r"(.*?)\s*@([A-Za-z_][\w:-]*)", re.DOTALL)
_LONGEST_PATTERN: Final = 500


class PageKind(StrEnum):
    """What a page is for."""

    CATALOGUE = "catalogue"
    CHAPTER = "chapter"
    ARTICLE = "article"
    THREAD = "thread"
    PLAYER = "player"
    DOWNLOAD = "download"
    LISTING = "listing"
    USER = "user"
    OTHER = "other"


class Form(StrEnum):
    """What is made of a text that was found."""

    TEXT = "text"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    LINK = "link"


_FIELDS: Final[dict[Form, str]] = {
    Form.TEXT: "title book author artist category state developer version package size price"
    " qq wechat telegram email phone floor author_id",
    Form.LINES: "body intro",
    Form.NUMBER: "views likes favourites comments downloads members words",
    Form.DATE: "published updated time",
    Form.LINK: "catalogue next_page next_chapter cover media files url pictures",
}
FORMS: Final = {name: form for form, names in _FIELDS.items() for name in names.split()}
"""Every field there is, and what its texts become where a profile doesn't say otherwise."""
GROUPS: Final = {
    "chapters": frozenset({"url", "title"}),
    "posts": frozenset({"floor", "author", "author_id", "time", "body", "pictures"}),
    "entries": frozenset({"url", "title", "author", "time", "views", "comments"}),
}
"""Fields of several, each with fields of its own."""
_MANY: Final = frozenset({"media", "files", "pictures"})


def _selector(text: Any) -> Selector:  # noqa: ANN401  whatever the file has
    if not isinstance(text, str):
        raise ValueError("a selector is needed")  # noqa: TRY004  pydantic's way
    return Selector.parse(text)


def _pattern(text: Any) -> regex.Pattern[str]:  # noqa: ANN401
    if not isinstance(text, str) or len(text) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern of at most {_LONGEST_PATTERN} signs is needed")
    try:
        return regex.compile(text)
    except regex.error as error:
        raise ValueError(f"{text!r} is no pattern: {error}") from error


def _listed(value: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def _source(value: Any) -> Any:  # noqa: ANN401
    """Read `css@attribute` as the two that it is short for."""
    if not isinstance(value, str):
        return value
    found = _WITH_ATTRIBUTE.fullmatch(value)
    return {"css": found[1], "attr": found[2]} if found else {"css": value}


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


CssSelector = Annotated[
    Selector, BeforeValidator(_selector), PlainSerializer(lambda one: one.text, return_type=str)
]
Pattern = Annotated[
    regex.Pattern, BeforeValidator(_pattern), PlainSerializer(lambda one: one.pattern)
]
Selectors = Annotated[tuple[CssSelector, ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Source(_Piece):
    """Where a text is: in elements, in a variable of a script, or anywhere in the markup.

    `json` is a path into what was found, `regex` takes its first group (or all) out of it.
    """

    css: CssSelector | None = None
    attr: str = ""
    nth: int = 0
    script: Pattern | None = None
    json_path: str = Field("", alias="json")
    regex: Pattern | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Source:
        if self.css is not None and self.script is not None:
            raise ValueError("either css or script")
        if self.css is None and self.script is None and self.regex is None:
            raise ValueError("css, script or regex is needed")
        if self.script is not None and not self.json_path:
            raise ValueError("script needs json, a path into the variable")
        return self


Sources = Annotated[
    tuple[Annotated[Source, BeforeValidator(_source)], ...],
    BeforeValidator(_listed),
    Field(min_length=1),
]


def _field(value: Any) -> Any:  # noqa: ANN401
    """Read a field that is only its sources."""
    is_whole = isinstance(value, dict) and value.keys() & {"from", "each"}
    return value if is_whole else {"from": value}


class PlainField(_Piece):
    """A text, or several: the first of its sources that yields one gives it."""

    sources: Sources = Field(alias="from")
    many: bool | None = None
    required: bool = False
    form: Form | None = Field(None, alias="as")


def _plain(source: str, *, required: bool = False) -> PlainField:
    return PlainField.model_validate({"from": source, "required": required})


class GroupField(_Piece):
    """Things of which there are several, each with fields of its own: links, if not said."""

    each: Annotated[Selectors, Field(min_length=1)]
    item: dict[str, Annotated[PlainField, BeforeValidator(_field)]] = Field(
        default_factory=lambda: {"url": _plain("@href", required=True), "title": _plain("")}
    )
    required: bool = False
    reverse: bool = False


def _is_group(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict) and "each" in value


TAGS: Final = frozenset({"plain", "group"})
"""What an error's place has besides keys of the file."""
AnyField = Annotated[
    Annotated[PlainField, BeforeValidator(_field), Tag("plain")]
    | Annotated[GroupField, Tag("group")],
    Discriminator(lambda value: "group" if _is_group(value) else "plain"),
]


def _fields(value: Any) -> Any:  # noqa: ANN401
    """Read fields by what they are, so that an error names the key that is wrong."""
    if not isinstance(value, dict):
        return value
    for name in value:
        if name not in FORMS and name not in GROUPS:
            raise ValueError(f"no field is called {name!r}")
        if (name in GROUPS) != _is_group(value[name]):
            raise ValueError(f"{name}: " + ("needs each and item" if name in GROUPS else "no each"))
    return value


Fields = Annotated[dict[str, AnyField], BeforeValidator(_fields)]


class Pages(_Piece):
    """Pages of one kind: where they are, or how they look (any of each; both where both stand)."""

    url: Patterns = ()
    has: Selectors = ()
    fields: Fields = Field(default_factory=dict)


class Site(_Piece):
    """Which sites a profile is for: named hosts, or whatever shows its signs.

    `marks` are texts of the markup; of a list within the list, all must stand there.
    """

    hosts: Words = ()
    generator: Words = ()
    marks: Annotated[tuple[Words, ...], BeforeValidator(_listed)] = ()
    over: Words = ()


class Profile(_Piece):
    """A site or page engine: what is where on its pages."""

    name: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,60}$")
    title: str = ""
    source: Words = ()
    site: Site
    fields: Fields = Field(default_factory=dict)
    pages: dict[PageKind, Pages] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_told_apart(self) -> Profile:
        if not (self.site.hosts or self.site.generator or self.site.marks):
            raise ValueError("site: hosts, generator or marks are needed")
        for kind, pages in self.pages.items():
            if not (pages.url or pages.has or kind is PageKind.OTHER):
                raise ValueError(f"pages.{kind}: url or has is needed")
            for name, field in pages.fields.items():
                if isinstance(field, GroupField) and not field.item.keys() <= GROUPS[name]:
                    raise ValueError(
                        f"pages.{kind}.fields.{name}.item: only {', '.join(sorted(GROUPS[name]))}"
                    )
        return self

    def of(self, kind: PageKind) -> dict[str, PlainField | GroupField]:
        """Return the fields of a kind of page: its own before those of all."""
        return {**self.fields, **self.pages[kind].fields}

    def required(self, kind: PageKind) -> tuple[str, ...]:
        """Return the fields without which a page of a kind isn't what it was."""
        return tuple(name for name, field in self.of(kind).items() if field.required)


def is_many(name: str, field: PlainField) -> bool:
    """Tell whether all that a source yields is wanted, or its first only."""
    return name in _MANY if field.many is None else field.many
