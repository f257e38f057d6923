"""Ranking: of a page of results, those that are worth a visit, the likeliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scrapy.utils.datatypes import LocalCache

from crawlers.discovery.asking import AS, RESULT
from crawlers.discovery.engines import ENGINES
from crawlers.discovery.forms import form_of
from crawlers.discovery.likelihood import (
    LEAST,
    LEAST_LIKENESS,
    LICENSED,
    likelihood,
    likeness,
)
from crawlers.discovery.queries import next_page
from crawlers.discovery.ranks import priority_of
from crawlers.discovery.results import results_on, unwrapped
from crawlers.discovery.standing import Standings
from crawlers.frontier.contract import Discovery
from crawlers.links import canonical, is_trap
from crawlers.sightings import OFFERED_ON
from crawlers.spiders.base import SHOWN_FACTS, titled
from index.documents import Work
from index.errors import NotFound
from index.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from crawlers.discovery.engines.contract import Found
    from crawlers.discovery.forms import Form
    from crawlers.discovery.queries import Asked
    from crawlers.plan import CrawlPlan
    from crawlers.spiders.pages import Page
    from index.contract import Records

FOUND_BY: Final = "found_by"
"""The fact by which a file says which query led to it, where no page does."""
_MOST_RESULTS: Final = 50
_MOST_WORKS: Final = 2_000


class Ranking:
    """Ranks the results of one crawl's queries."""

    def __init__(self, records: Records, plan: CrawlPlan) -> None:
        self._records = records
        self._plan = plan
        self._standings = Standings(records)
        self._works = LocalCache[str, Work](_MOST_WORKS)
        # Sites with permission come last; where pages are counted, they would still take some.
        self._is_bounded = plan.budget.max_pages is not None

    def results(self, page: Page, asked: Asked) -> Iterator[Discovery]:
        """Yield what a query's answer leads to, the likeliest first, then its next page.

        That is asked for only where there was something likely on this one.
        """
        work = self._work(asked.work_id)
        if work is None or self._plan.search is None:
            return
        ranked = sorted(self._ranked(page, asked, work), key=lambda one: -one.priority)
        yield from ranked[:_MOST_RESULTS]
        further = next_page(asked, self._plan.search)
        if ranked and further is not None:
            yield further.discovery(self._plan.priority)

    def _ranked(self, page: Page, asked: Asked, work: Work) -> Iterator[Discovery]:
        for one in _answered(page, asked):
            written = canonical(one.url, page.url)
            url = canonical(unwrapped(written)) if written else None
            alike = likeness(work, one.title, one.snippet)
            if url is None or is_trap(url) or alike < LEAST_LIKENESS:
                continue
            form = form_of(url, self._plan.channel)
            rank = likelihood(
                one,
                alike,
                form=form,
                channel=self._plan.channel,
                standing=self._standings.of(url, work),
            )
            if rank < LEAST and (rank != LICENSED or self._is_bounded):
                continue
            yield Discovery(
                url=url,
                role=form.role,
                priority=priority_of(self._plan.priority + rank),
                referrer=page.url if _can_be_shown(form, asked) else None,
                context=self._told(url, one, form, asked),
            )

    def _told(self, url: str, one: Found, form: Form, asked: Asked) -> dict[str, JsonValue]:
        """Return what goes along with a result: as what it is visited, what it was called."""
        is_other = form.channel is not self._plan.channel
        told: dict[str, JsonValue] = {RESULT: {AS: form.channel.value} if is_other else {}}
        told |= titled(one.title)
        if not _can_be_shown(form, asked):
            told[SHOWN_FACTS] = [f"{FOUND_BY}:{asked.url}"]
            told[OFFERED_ON] = site_of(url)  # and not on the engine's
        return told

    def _work(self, id: str) -> Work | None:
        known = self._works.get(id)
        if known is None:
            try:
                known = self._works[id] = self._records.get(Work, id).record
            except NotFound:  # withdrawn since it was asked for
                return None
        return known


def _can_be_shown(form: Form, asked: Asked) -> bool:
    """Tell whether a result stands on a page that shows it: a file may stand on a site's search.

    What a match's file stands on is asked for once more, to be photographed; no engine is, and what
    was posted can't be.
    """
    return form.role != "media" or not (asked.is_of_web or asked.body)


def _answered(page: Page, asked: Asked) -> Iterable[Found]:
    """Return the results of an answer. Raises `SearchUnreadable` or `TangledMarkup`."""
    return ENGINES[asked.via].results(page.body) if asked.is_engine else results_on(page)
