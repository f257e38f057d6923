"""What a search engine with a documented interface is to the rest: one small adapter each.

An adapter knows how a question is put and what the answer means. It never sees the key: only in
which header that goes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from crawlers.errors import SearchUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES: Final = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """A result: where it leads, as it is written there, and what is said of it."""

    url: str
    title: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `body` is JSON that is posted, "" for GET. `url` has no key in it."""

    url: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class KeyHeader:
    """In which header a key goes, and what stands before it there."""

    name: str
    before: str = ""


class Engine(Protocol):
    """A search engine's interface. `key` is None where it wants none."""

    name: ClassVar[str]
    address: ClassVar[str]
    """Where it is, "" where every instance has an address of its own."""
    key: ClassVar[KeyHeader | None]
    needs_id: ClassVar[bool]
    """Whether it wants the id of a search engine that was set up there."""
    most_pages: ClassVar[int]

    def question(self, address: str, words: str, page: int, *, id: str) -> Question:
        """Return what to ask; pages count from 1."""
        ...

    def results(self, answer: bytes) -> Iterator[Found]:
        """Yield the results of an answer, in its order. Raises `SearchUnreadable`."""
        ...


def parsed(name: str, answer: bytes) -> dict[str, Any]:
    """Return an answer's JSON object. Raises `SearchUnreadable`."""
    if len(answer) > _MOST_BYTES:
        raise SearchUnreadable(f"{name}: {len(answer):,} bytes are no list of results")
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise SearchUnreadable(f"{name}: no JSON") from error
    if not isinstance(document, dict):
        raise SearchUnreadable(f"{name}: no JSON object")
    return document


def entries(document: dict[str, Any], *path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of the list at a path; none where there is no such list."""
    here: Any = document
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    for one in here if isinstance(here, list) else ():
        if isinstance(one, dict):
            yield one


def found_in(entry: dict[str, Any], url: str, title: str, snippet: str) -> Iterator[Found]:
    """Yield the result that an object is, by the names of its fields."""
    said = [entry.get(name) for name in (url, title, snippet)]
    words = [value if isinstance(value, str) else "" for value in said]
    if words[0]:
        yield Found(*words)
