"""Kibana's objects on a real Elasticsearch: their fields are there, their queries find some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from index.documents import (
    Case,
    CaseState,
    CaseUrl,
    Channel,
    Crawl,
    CrawlState,
    Failure,
    Grant,
    Match,
    Sighting,
    Target,
    Work,
    WorkKind,
    event,
    now,
)
from index.kibana.build import ndjson
from index.kibana.saved_objects import Installation
from index.store import StoreLocation, open_store
from tests import elasticsearch
from tests.kibana_queries import aggregations, conditions, fields_in
from tests.kibana_shapes import (
    DashboardObject,
    DataViewObject,
    LensPanel,
    MetricColumn,
    SavedObject,
    SearchObject,
    SearchPanel,
    saved_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from index.contract import Records
    from index.elastic.location import ElasticsearchLocation

DASHBOARD_PANEL = tuple[DashboardObject, LensPanel]


@pytest.fixture(scope="module")
def location(
    elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ElasticsearchLocation]:
    """Give indices that hold some documents of every kind."""
    with elasticsearch.indices(elasticsearch_url) as location:
        _put_documents(open_store(_store(tmp_path_factory.mktemp("data"), location)).records)
        with elasticsearch.client_of(elasticsearch_url) as client:
            client.indices.refresh(index=f"{location.prefix}-*")
        yield location


@pytest.fixture(scope="module")
def client(location: ElasticsearchLocation) -> Iterator[Elasticsearch]:
    with elasticsearch.client_of(location.urls[0], request_timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def installed(location: ElasticsearchLocation) -> list[SavedObject]:
    installation = Installation(location.prefix, console_url="https://console.example")
    return [saved_object(line) for line in ndjson(installation).splitlines()]


@pytest.fixture(scope="module")
def fields(client: Elasticsearch, installed: list[SavedObject]) -> dict[str, dict[str, Any]]:
    """Give the fields that the server says each data view has, by the view's id."""
    return {
        one.id: client.field_caps(index=one.attributes.title, fields="*").body["fields"]
        for one in installed
        if isinstance(one, DataViewObject)
    }


def test_views_name_fields_that_are_there(
    installed: list[SavedObject], fields: dict[str, dict[str, Any]]
) -> None:
    for view in installed:
        if isinstance(view, DataViewObject):
            there = fields[view.id]
            assert "date" in there[view.attributes.timeFieldName]
            assert there.keys() >= view.attributes.fieldFormatMap.keys()
            assert there.keys() >= view.attributes.fieldAttrs.keys()


def test_searches_name_fields_that_are_there_and_find_documents(
    client: Elasticsearch, installed: list[SavedObject], fields: dict[str, dict[str, Any]]
) -> None:
    for search in installed:
        if isinstance(search, SearchObject):
            (view,) = (ref.id for ref in search.references)
            kql = search.attributes.kibanaSavedObjectMeta.searchSourceJSON.query.query
            ((latest_by, order),) = search.attributes.sort
            named = {*search.attributes.columns, latest_by, *fields_in(kql)}
            assert fields[view].keys() >= named
            answer = client.search(
                index=view, query=conditions(kql), sort=[{latest_by: {"order": order}}]
            )
            assert answer["hits"]["hits"], search.attributes.title


def test_choices_are_of_fields_that_can_be_listed(
    client: Elasticsearch, installed: list[SavedObject]
) -> None:
    for dashboard in _dashboards(installed):
        views = {ref.name: ref.id for ref in dashboard.references}
        for id, control in dashboard.attributes.controlGroupInput.panelsJSON.items():
            field = control.explicitInput.fieldName
            view = views[f"controlGroup_{id}:optionsListDataView"]
            listed = client.search(index=view, size=0, aggs={"all": {"terms": {"field": field}}})
            assert listed["aggregations"]["all"]["buckets"], field


def test_charts_name_fields_that_are_there_and_count_something(
    client: Elasticsearch, installed: list[SavedObject], fields: dict[str, dict[str, Any]]
) -> None:
    for dashboard, panel in _charts(installed):
        lens = panel.embeddableConfig.attributes
        (view,) = (ref.id for ref in lens.references)
        (layer,) = lens.state.datasourceStates["formBased"].layers.values()
        kql = lens.state.query.query
        for column in layer.columns.values():
            told = column.filter.query if isinstance(column, MetricColumn) and column.filter else ""
            named = {column.sourceField, *fields_in(told), *fields_in(kql)} - {"___records___"}
            assert fields[view].keys() >= named, lens.title
            for name in named:
                assert all(one["aggregatable"] for one in fields[view][name].values()), name
        range_ = panel.embeddableConfig.timeRange
        time = (range_["from"], range_["to"]) if range_ else (dashboard.attributes.timeFrom, "now")
        answer = client.search(
            index=view,
            size=0,
            track_total_hits=True,
            query=conditions(kql, time),
            aggs=aggregations(layer) or None,
        )
        assert answer["hits"]["total"]["value"], lens.title
        _assert_counted(answer.get("aggregations", {}), layer.columnOrder, lens.title)


def _assert_counted(found: dict[str, Any], columns: list[str], title: str) -> None:
    """Every bucket aggregation has buckets, every metric a value."""
    for column in columns:
        if column not in found:
            continue
        one = found[column]
        if "buckets" in one:
            assert one["buckets"], title
            fullest = max(one["buckets"], key=lambda bucket: bucket["doc_count"])
            _assert_counted(fullest, columns, title)
        else:
            assert one["value" if "value" in one else "doc_count"] is not None, title


def test_searches_in_dashboards_find_documents_of_their_time(
    client: Elasticsearch, installed: list[SavedObject]
) -> None:
    searches = {one.id: one for one in installed if isinstance(one, SearchObject)}
    for dashboard in _dashboards(installed):
        ids = {ref.name: ref.id for ref in dashboard.references}
        for panel in dashboard.attributes.panelsJSON:
            if isinstance(panel, SearchPanel):
                search = searches[ids[f"{panel.panelIndex}:{panel.panelRefName}"]]
                kql = search.attributes.kibanaSavedObjectMeta.searchSourceJSON.query.query
                time = (dashboard.attributes.timeFrom, "now")
                query = conditions(kql, time)
                assert client.count(index=search.references[0].id, query=query)["count"]


def _dashboards(installed: list[SavedObject]) -> Iterator[DashboardObject]:
    return (one for one in installed if isinstance(one, DashboardObject))


def _charts(installed: list[SavedObject]) -> Iterator[DASHBOARD_PANEL]:
    for dashboard in _dashboards(installed):
        for panel in dashboard.attributes.panelsJSON:
            if isinstance(panel, LensPanel):
                yield dashboard, panel


def _store(data: Path, location: ElasticsearchLocation) -> StoreLocation:
    return StoreLocation(data, location)


def _put_documents(records: Records) -> None:
    """Put what a dashboard may be asked for: something in every state."""
    at = now()
    holder, site, url = "三国出版社", "pirate.example", "https://pirate.example/1"
    work = Work(
        id="w", title="三国演义", category=WorkKind.LITERATURE, holder=holder, registered_at=at
    )
    records.put(work, expect=None)
    records.put(
        Grant(id="g", grantor=holder, grantor_key=holder, grantee="licensed", recorded_at=at),
        expect=None,
    )
    records.put(Target(id="t", name="Pirate", urls=(url,), created_at=at), expect=None)
    crawl = Crawl(
        id="k",
        plan="p",
        urls=(url,),
        channel=Channel.WEB,
        state=CrawlState.RUNNING,
        started_at=at,
    )
    records.put(crawl, expect=None)
    seen: dict[str, Any] = {
        "crawl_id": crawl.id,
        "url": url,
        "site": site,
        "channel": Channel.WEB,
        "seen_at": at,
        "status": 200,
        "media_type": "text/html",
        "size_bytes": 10,
    }
    records.put(Sighting(id="s1", **seen, examined_at=at), expect=None)
    refused = Failure(code="too_large", reason="more than a page may have")
    records.put(Sighting(id="s2", **seen, failure=refused, examined_at=at), expect=None)
    records.put(Sighting(id="s3", **seen), expect=None)
    found: dict[str, Any] = {
        "sighting_id": "s1",
        "crawl_id": crawl.id,
        "work_id": work.id,
        "url": url,
        "site": site,
        "channel": Channel.WEB,
        "seen_at": at,
        "modality": "text",
        "modality_version": 1,
        "score": 0.9,
        "distance": 0.1,
        "unit": "share of text",
    }
    records.put(Match(id="m1", case_id="c-lead", **found), expect=None)
    records.put(Match(id="m2", grant_id="g", **found), expect=None)
    for state in CaseState:
        case = Case(
            id=f"c-{state}",
            work_id=work.id,
            title=work.title,
            category=work.category,
            holder=holder,
            site=site,
            channels=(Channel.WEB,),
            state=state,
            opened_at=at,
            first_seen=at,
            last_seen=at,
            url_count=1,
            modalities=("text",),
        )
        records.put(case, expect=None)
        records.append(event("case_opened", case, at=at, actor="marque", details={}))
    records.put(
        CaseUrl(
            id="u",
            case_id="c-lead",
            url=url,
            first_seen=at,
            last_seen=at,
            last_match_id="m1",
            score=0.9,
        ),
        expect=None,
    )
