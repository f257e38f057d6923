"""Sites of one owner, told by what sightings show, in every backend of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawlers.discovery.kin import MOST_SITES, Kin, family
from index.documents import Case, CaseState, Channel, Sighting, WorkKind, content_id

if TYPE_CHECKING:
    from index.store import Store

AT = datetime(2026, 1, 1, tzinfo=UTC)
ICP, OTHER_ICP = "icp:京ICP备12345678号-1", "icp:京ICP备87654321号"
TONGJI = "baidu_tongji:0123456789abcdef0123456789abcdef"


def saw(store: Store, site: str, *facts: str, path: str = "/") -> None:
    url = f"https://{site}{path}"
    store.records.put(
        Sighting(
            id=content_id("sighting", url),
            crawl_id="c",
            url=url,
            site=site,
            channel=Channel.WEB,
            seen_at=AT,
            status=200,
            media_type="text/html",
            size_bytes=1,
            shown_facts=facts,
        ),
        expect=None,
    )


def filed(store: Store, site: str, state: CaseState) -> None:
    store.records.put(
        Case(
            id=content_id("case", site, state.value),
            work_id="w",
            title="t",
            category=WorkKind.VIDEO,
            holder="h",
            site=site,
            state=state,
            opened_at=AT,
            first_seen=AT,
            last_seen=AT,
        ),
        expect=None,
    )


def test_sites_that_share_numbers_or_accounts_are_kin(store: Store) -> None:
    saw(store, "a.com", ICP, TONGJI, "views:7", "qq:12345")
    saw(store, "a.com", ICP, TONGJI, "views:8", path="/2")
    saw(store, "b.com", "icp:京ICP备12345678号-2", TONGJI)
    saw(store, "c.com", "icp:京ICP备12345678号")
    saw(store, "d.com", TONGJI)
    saw(store, "stranger.com", OTHER_ICP, "views:7", "qq:12345")
    saw(store, "longer.com", "icp:京ICP备123456789号")
    filed(store, "d.com", CaseState.LEAD)
    filed(store, "d.com", CaseState.DISMISSED)
    found = family(store.records, "a.com")
    assert set(found.facts) == {ICP, TONGJI}
    assert [one.site for one in found.kin] == ["b.com", "d.com", "c.com"]
    assert set(found.kin[0].shared) == {ICP, TONGJI}
    assert found.kin[1:] == (Kin("d.com", (TONGJI,), 1), Kin("c.com", (ICP,), 0))
    assert [one.site for one in family(store.records, "c.com").kin] == ["a.com", "b.com"]
    assert family(store.records, "unseen.com").kin == ()


def test_properties_of_one_account_are_kin(store: Store) -> None:
    saw(store, "a.com", "google_analytics:UA-12345678-1")
    saw(store, "b.com", "google_analytics:UA-12345678-3")
    saw(store, "c.com", "google_analytics:UA-1234567-1")
    assert [one.site for one in family(store.records, "a.com").kin] == ["b.com"]


def test_what_very_many_sites_share_tells_nothing(store: Store) -> None:
    for number in range(MOST_SITES + 1):
        saw(store, f"site{number}.com", "certificate:ab")
    saw(store, "a.com", "certificate:ab", TONGJI)
    saw(store, "b.com", TONGJI)
    found = family(store.records, "a.com")
    assert found.common == ("certificate:ab",)
    assert found.kin == (Kin("b.com", (TONGJI,), 0),)
