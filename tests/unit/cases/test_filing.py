from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cases import decisions
from cases.errors import ReasonMissing, TransitionRefused
from cases.filing import case_id, file_match
from index.contract import Query
from index.documents import (
    Case,
    CaseState,
    CaseUrl,
    Channel,
    Event,
    Match,
    Medium,
    Sighting,
    Span,
    Work,
    WorkKind,
)
from index.errors import NotFound
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import Records

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORK = Work(
    id="w",
    title="三国演义",
    category=WorkKind.LITERATURE,
    holder="h",
    registered_at=NOON,
    media=(
        Medium(
            sha256="m",
            filename="f",
            media_type="text/plain",
            modality="text",
            version=1,
            size_bytes=1,
            parts=1,
            extent=100.0,
        ),
    ),
)


def sighting(number: int, *, day: int = 0) -> Sighting:
    return Sighting(
        id=f"s{number}-{day}",
        crawl_id=f"c{day}",
        url=f"https://pirate.example/{number}",
        site="pirate.example",
        channel=Channel.WEB,
        seen_at=NOON + timedelta(days=day),
        status=200,
        media_type="text/html",
        size_bytes=1,
    )


def match(seen: Sighting, *spans: tuple[float, float], score: float = 0.8) -> Match:
    return Match(
        id=f"m-{seen.id}",
        sighting_id=seen.id,
        crawl_id=seen.crawl_id,
        work_id="w",
        case_id=case_id("w", seen.site),
        url=seen.url,
        site=seen.site,
        channel=seen.channel,
        seen_at=seen.seen_at,
        modality="text",
        modality_version=1,
        score=score,
        distance=0.1,
        unit="share of text",
        spans=tuple(Span(medium="m", copy_span=(0, 1), work_span=span) for span in spans),
    )


def filed(records: Records, number: int, *spans: tuple[float, float], day: int = 0) -> Case:
    seen = sighting(number, day=day)
    return file_match(records, match(seen, *spans), seen, WORK)


@pytest.fixture
def location(tmp_path: Path) -> StoreLocation:
    return StoreLocation(tmp_path)


@pytest.fixture
def records(location: StoreLocation) -> Records:
    return open_store(location).records


def test_the_first_match_opens_a_case(records: Records) -> None:
    case = filed(records, 1, (0, 20))
    assert records.get(Case, case.id).record == case
    assert (case.state, case.url_count, case.coverage) == (CaseState.LEAD, 1, 0.2)
    assert verbs(records, case) == ["case_opened"]


def test_later_matches_join_it(records: Records) -> None:
    filed(records, 1, (0, 20))
    filed(records, 2, (10, 40))
    case = filed(records, 3, (90, 100))
    assert (case.url_count, case.coverage) == (3, 0.5)
    assert records.count(Query(Case)) == 1
    assert verbs(records, case) == ["case_opened"]


def test_filing_again_changes_nothing(records: Records) -> None:
    filed(records, 1, (0, 20))
    before = records.get(Case, case_id("w", "pirate.example"))
    filed(records, 1, (0, 20))
    assert records.get(Case, before.record.id) == before
    assert records.count(Query(CaseUrl)) == 1


def test_a_later_visit_moves_last_seen_only(records: Records) -> None:
    filed(records, 1, (0, 20))
    case = filed(records, 1, (0, 20), day=3)
    assert (case.first_seen, case.last_seen) == (NOON, NOON + timedelta(days=3))
    url = records.find(Query(CaseUrl)).items[0].record
    assert (url.first_seen, url.last_seen) == (case.first_seen, case.last_seen)
    assert url.last_match_id == "m-s1-3"


def test_visits_that_are_filed_late_do_not_turn_back_time(records: Records) -> None:
    filed(records, 1, (0, 20), day=3)
    case = filed(records, 1, (0, 20), day=0)
    assert (case.first_seen, case.last_seen) == (NOON, NOON + timedelta(days=3))
    assert records.find(Query(CaseUrl)).items[0].record.last_match_id == "m-s1-3"


def test_many_file_into_one_case_at_once(location: StoreLocation) -> None:
    open_store(location)
    filers = [
        multiprocessing.get_context("spawn").Process(target=_file_ten, args=(location, start))
        for start in (0, 10, 20)
    ]
    for filer in filers:
        filer.start()
    for filer in filers:
        filer.join()
    assert [filer.exitcode for filer in filers] == [0, 0, 0]
    records = open_store(location).records
    (stored,) = records.find(Query(Case)).items
    assert (stored.record.url_count, stored.record.coverage) == (30, 0.3)
    assert verbs(records, stored.record) == ["case_opened"]


def test_a_decision_is_kept_with_its_reason(records: Records) -> None:
    case = filed(records, 1, (0, 20))
    decided = decisions.confirm(records, case.id, actor="op", reason="  verbatim ")
    assert (
        decided.state,
        decided.decided_by,
        decided.decided_because,
        decided.urls_at_decision,
    ) == (
        CaseState.CONFIRMED,
        "op",
        "verbatim",
        1,
    )
    assert records.get(Case, case.id).record == decided
    assert verbs(records, case) == ["case_opened", "case_confirmed"]


def test_a_decision_can_be_corrected_but_not_repeated(records: Records) -> None:
    case = filed(records, 1, (0, 20))
    decisions.dismiss(records, case.id, actor="op", reason="licensed")
    with pytest.raises(TransitionRefused):
        decisions.dismiss(records, case.id, actor="op", reason="licensed")
    assert decisions.confirm(records, case.id, actor="op", reason="was forged").state == "confirmed"


def test_a_decision_needs_a_reason_and_a_case(records: Records) -> None:
    case = filed(records, 1, (0, 20))
    with pytest.raises(ReasonMissing):
        decisions.confirm(records, case.id, actor="op", reason=" ")
    with pytest.raises(NotFound):
        decisions.confirm(records, "nothing", actor="op", reason="r")
    assert records.get(Case, case.id).record.state is CaseState.LEAD


def test_what_joins_after_the_decision_leaves_it_standing(records: Records) -> None:
    case = filed(records, 1, (0, 20))
    decisions.dismiss(records, case.id, actor="op", reason="quotation")
    case = filed(records, 2, (20, 90))
    assert (case.state, case.urls_at_decision, case.url_count) == (CaseState.DISMISSED, 1, 2)


def _file_ten(location: StoreLocation, start: int) -> None:
    records = open_store(location).records
    for number in range(start, start + 10):
        filed(records, number, (number, number + 1))


def verbs(records: Records, case: Case) -> list[str]:
    page = records.find(Query(Event, {"subject_id": case.id}, order="at"))
    return [stored.record.verb for stored in page.items]


def test_a_case_names_its_platform_and_who_hosts_the_copies(records: Records) -> None:
    seen = sighting(1)
    for host, account in (("cdn.example", "1"), ("img.example", "1"), ("cdn.example", "2")):
        found = match(seen, (0, 20)).model_copy(
            update={"site": f"weibo.com/u/{account}", "hosted_on": host}
        )
        file_match(records, found, seen, WORK)
    cases = {one.record.site: one.record.sites for one in records.find(Query(Case)).items}
    assert cases == {
        "weibo.com/u/1": ("cdn.example", "img.example", "weibo.com"),
        "weibo.com/u/2": ("cdn.example", "weibo.com"),
    }


def test_a_match_of_before_is_hosted_where_it_was_found(records: Records) -> None:
    assert filed(records, 1, (0, 20)).sites == ("pirate.example",)
