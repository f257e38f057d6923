"""The queries of a crawl: what is asked where, for which work, in which order.

A query is a URL in the frontier like any other. What goes on with it: which work it is for, and,
where a form or JSON is posted, the body. Two that are posted to one address differ in a fragment,
which no server ever sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from crawlers.discovery.engines import ENGINES
from crawlers.discovery.ranks import priority_of
from crawlers.discovery.scope import works_sought
from crawlers.discovery.templates import Template, template
from crawlers.discovery.words import author_of, titles_alone, titles_with_words
from crawlers.frontier.contract import Discovery
from crawlers.links import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from crawlers.discovery.engines import Access
    from crawlers.discovery.scope import Sought
    from crawlers.discovery.words import Words
    from index.contract import Records
    from index.documents import Channel

ROLE: Final = "query"
QUERY: Final = "query"
"""Where a discovery's context has what is asked."""
MOST_QUERIES: Final = 2_000
"""In one crawl; what is over takes its turn in later ones."""
_KEY_RANK: Final = 95
_RANK: Final = 65
_LEAST_RANK: Final = 5
_STEP: Final = 5
_PAGE_STEP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a crawl searches: where, for which works, how far.

    `pages` of results are asked for while they bring something; what results lead to is followed
    for `depth` steps. `turn`: how many crawls of the kind there were before. `most_queries`
    bounds what is asked at the beginning.
    """

    templates: tuple[Template, ...] = ()
    engines: tuple[Access, ...] = ()
    works: tuple[str, ...] = ()
    key_works: tuple[str, ...] = ()
    pages: int = 2
    depth: int = 1
    turn: int = 0
    most_queries: int = MOST_QUERIES

    def access(self, name: str) -> Access | None:
        """Return how an engine is reached; None where the name is none of this search's."""
        return next((one for one in self.engines if one.name == name), None)


class Asked(NamedTuple):
    """One page of results that is asked for. `via` is an engine's name or a template's text."""

    rank: int
    work_id: str
    via: str
    words: str
    title: str
    author: str
    page: int
    url: str
    body: str

    @property
    def is_engine(self) -> bool:
        """Whether an engine's interface is asked, and no site."""
        return self.via in ENGINES

    @property
    def is_of_web(self) -> bool:
        """Whether the web is searched, not one site."""
        return self.is_engine or template(self.via).wants_query

    def discovery(self, base_rank: int) -> Discovery:
        """Return what waits in the frontier."""
        told: dict[str, JsonValue] = {
            name: value for name, value in self._asdict().items() if name != "url"
        }
        return Discovery(
            url=self.url,
            role=ROLE,
            priority=priority_of(base_rank + self.rank),
            context={QUERY: told},
        )


def asked_by(discovery: Discovery) -> Asked | None:
    """Return the query that a discovery is; None where it is something else."""
    told: Any = discovery.context.get(QUERY)
    if discovery.role != ROLE or not isinstance(told, dict):
        return None
    return Asked(url=discovery.url, **told)


def queries(records: Records, search: Search, channel: Channel) -> list[Asked]:
    """Return what is asked first, in order: of key works, then by how much it promises."""
    ways = len(search.templates) + len(search.engines)
    skip = search.turn * (search.most_queries // max(ways, 1))
    sought = works_sought(records, search.works, search.key_works, channel, skip=skip)
    every = [asked for one in sought for asked in _of(one, search)]
    distinct: dict[str, Asked] = {}
    for asked in every:
        distinct.setdefault(asked.url, asked)
    ordered = sorted(distinct.values(), key=lambda asked: -asked.rank)
    return ordered[: search.most_queries]


def next_page(asked: Asked, search: Search) -> Asked | None:
    """Return the query for the next page of results; None when there is none to be asked for."""
    page = asked.page + 1
    if page > search.pages:
        return None
    words = _Words(asked.words, asked.title, asked.author)
    rank = max(asked.rank - _PAGE_STEP, _LEAST_RANK)
    if (access := search.access(asked.via)) is not None:
        return _to_engine(access, asked.work_id, words, page, rank)
    if asked.is_engine:
        return None
    known = template(asked.via)
    return _to_site(known, asked.work_id, words, page, rank) if known.has_pages else None


class _Words(NamedTuple):
    text: str
    title: str
    author: str


def _of(sought: Sought, search: Search) -> Iterator[Asked]:
    work, author = sought.work, author_of(sought.work)
    for known in search.templates:
        if known.wants_author and not author:
            continue
        said = titles_with_words(work) if known.wants_query else titles_alone(work)
        for words, rank in _ranked(said, sought):
            asked = _to_site(known, work.id, _Words(words.text, words.title, author), 1, rank)
            if asked is not None:
                yield asked
    for access in search.engines:
        for words, rank in _ranked(titles_with_words(work), sought):
            asked = _to_engine(access, work.id, _Words(words.text, words.title, author), 1, rank)
            if asked is not None:
                yield asked


def _ranked(said: Iterator[Words], sought: Sought) -> Iterator[tuple[Words, int]]:
    highest = _KEY_RANK if sought.is_key else _RANK
    for words in said:
        yield words, max(highest - _STEP * words.step, _LEAST_RANK)


def _to_site(known: Template, work_id: str, words: _Words, page: int, rank: int) -> Asked | None:
    filled = known.filled(words.text, title=words.title, author=words.author, page=page)
    if filled is None:
        return None
    url, form = filled
    return Asked(rank, work_id, known.text, *words, page, _apart(url, form), form)


def _to_engine(access: Access, work_id: str, words: _Words, page: int, rank: int) -> Asked | None:
    engine = access.engine
    if page > engine.most_pages:
        return None
    question = engine.question(access.address, words.text, page, id=access.id)
    url = canonical(question.url)
    if url is None:
        return None
    told = f"q={quote(words.text, safe='')}&page={page}" if question.body else ""
    return Asked(rank, work_id, access.name, *words, page, _apart(url, told), question.body)


def _apart(url: str, told: str) -> str:
    return f"{url}#{told}" if told else url
