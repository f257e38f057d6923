from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from index.documents import RECORDS, Case, Match
from index.elastic.mappings import document_mapping
from index.errors import InvalidQuery
from index.kibana.build import NDJSON, ndjson, objects
from index.kibana.catalogue import DASHBOARDS, SEARCHES
from index.kibana.fields import Where, field_of
from index.kibana.saved_objects import Installation
from index.kibana.views import TIME_FIELD
from tests.kibana_shapes import (
    DashboardObject,
    DataViewObject,
    LensPanel,
    LinksPanel,
    SavedObject,
    SearchObject,
    SearchPanel,
    UrlFormat,
    saved_object,
)

if TYPE_CHECKING:
    from tests.kibana_shapes import Grid

ELSEWHERE = Installation("other", "desk", "https://console.example/marque/")


def read(installation: Installation) -> list[SavedObject]:
    return [saved_object(line) for line in ndjson(installation).splitlines()]


@pytest.fixture(scope="module", params=[Installation(), ELSEWHERE], ids=["default", "elsewhere"])
def installed(request: pytest.FixtureRequest) -> list[SavedObject]:
    return read(request.param)


def dashboards(installed: list[SavedObject]) -> list[DashboardObject]:
    return [one for one in installed if isinstance(one, DashboardObject)]


def test_the_file_is_up_to_date() -> None:
    assert NDJSON.read_text(encoding="utf-8") == ndjson(Installation()), (
        "run `python -m index.kibana.build`"
    )


def test_there_is_a_view_of_every_kind_of_document(installed: list[SavedObject]) -> None:
    views = [one for one in installed if isinstance(one, DataViewObject)]
    assert len(views) == len(RECORDS)
    for kind, view in zip(RECORDS, views, strict=True):
        assert view.attributes.title.endswith(f"-{kind.kind}")
        fields = document_mapping(kind)["properties"]
        assert fields[view.attributes.timeFieldName]["type"] == "date"
        assert fields.keys() >= view.attributes.fieldAttrs.keys()
        assert fields.keys() >= view.attributes.fieldFormatMap.keys()


def test_ids_are_distinct_and_what_is_referred_to_comes_first(installed: list[SavedObject]) -> None:
    seen: set[tuple[str, str]] = set()
    own = {("dashboard", one.id) for one in dashboards(installed)}
    for one in installed:
        assert one.id not in {id for _, id in seen}
        assert {(ref.type, ref.id) for ref in one.references} <= seen | own
        assert len({ref.name for ref in one.references}) == len(one.references)
        seen.add((one.type, one.id))


def test_installations_share_no_ids() -> None:
    places = (Installation(), Installation("other"), Installation("marque", "desk"), ELSEWHERE)
    ids = [{one["id"] for one in objects(place)} for place in places]
    assert not any(one & another for one, another in combinations(ids, 2))


def test_names_of_references_resolve(installed: list[SavedObject]) -> None:
    for one in installed:
        names = {ref.name for ref in one.references}
        if isinstance(one, SearchObject):
            assert {one.attributes.kibanaSavedObjectMeta.searchSourceJSON.indexRefName} == names
        if isinstance(one, DashboardObject):
            assert names == _names_used(one)


def _names_used(dashboard: DashboardObject) -> set[str]:
    used = {
        f"controlGroup_{id}:optionsListDataView"
        for id in dashboard.attributes.controlGroupInput.panelsJSON
    }
    for panel in dashboard.attributes.panelsJSON:
        match panel:
            case LensPanel():
                attributes = panel.embeddableConfig.attributes
                layers = attributes.state.datasourceStates["formBased"].layers
                inner = [f"indexpattern-datasource-layer-{layer}" for layer in layers]
                assert [ref.name for ref in attributes.references] == inner
            case SearchPanel():
                inner = [panel.panelRefName]
            case LinksPanel():
                links = panel.embeddableConfig.attributes.links
                inner = [link.destinationRefName for link in links]
        used |= {f"{panel.panelIndex}:{name}" for name in inner}
    return used


def test_titles_are_in_both_languages(installed: list[SavedObject]) -> None:
    for one in installed:
        match one:
            case DataViewObject():
                title = one.attributes.name
            case _:
                title = one.attributes.title
        english, _, chinese = title.rpartition(" ")
        assert english.isascii()
        assert not chinese.isascii()


def test_charts_name_their_own_columns(installed: list[SavedObject]) -> None:
    for dashboard in dashboards(installed):
        for panel in dashboard.attributes.panelsJSON:
            if not isinstance(panel, LensPanel):
                continue
            state = panel.embeddableConfig.attributes.state
            ((layer_id, layer),) = state.datasourceStates["formBased"].layers.items()
            shown = state.visualization.model_dump_json()
            assert [*layer.columns] == layer.columnOrder
            assert all(f'"{column}"' in shown for column in layer.columns)
            assert f'"layerId":"{layer_id}"' in shown


def test_panels_fill_the_grid_without_overlap(installed: list[SavedObject]) -> None:
    for dashboard in dashboards(installed):
        grids = [panel.gridData for panel in dashboard.attributes.panelsJSON]
        assert all(grid.x + grid.w <= 48 for grid in grids)
        assert not any(_overlap(one, other) for one, other in combinations(grids, 2))
        assert [panel.panelIndex for panel in dashboard.attributes.panelsJSON] == [
            grid.i for grid in grids
        ]


def _overlap(one: Grid, other: Grid) -> bool:
    return (
        one.x < other.x + other.w
        and other.x < one.x + one.w
        and one.y < other.y + other.h
        and other.y < one.y + one.h
    )


def test_choices_are_of_fields_that_every_panel_has() -> None:
    for dashboard in DASHBOARDS:
        for choice in dashboard.choices:
            assert dashboard.kind is not None
            chosen_by = field_of(dashboard.kind, choice).groups_by
            for panel in dashboard.panels:
                assert field_of(panel.shown.kind, choice).groups_by == chosen_by


def test_every_search_is_used_and_every_kind_is_linked() -> None:
    shown = {panel.shown for dashboard in DASHBOARDS for panel in dashboard.panels}
    assert set(SEARCHES) <= shown


def test_rows_link_to_the_console_where_there_is_one() -> None:
    links = {
        one.id: {
            name: form.params.urlTemplate
            for name, form in one.attributes.fieldFormatMap.items()
            if isinstance(form, UrlFormat)
        }
        for one in read(ELSEWHERE)
        if isinstance(one, DataViewObject)
    }
    page = "https://console.example/marque/cases/{{value}}"
    assert links["other.desk-cases"] == {"id": page}
    assert links["other.desk-matches"] == {"case_id": page}
    assert links["other.desk-case-urls"] == {"case_id": page}
    assert not links["other.desk-works"]
    assert '"url"' not in ndjson(Installation()).replace("\\", "")


def test_conditions_are_in_kibanas_query_language() -> None:
    assert Where("site", "a.example").kql(Case) == "url.domain : a.example"
    assert Where("grant_id", negated=True).kql(Match) == "not grant_id : *"


@pytest.mark.parametrize("name", ["territory", "covered", "state.inner", "spans"])
def test_a_field_that_cannot_be_searched_is_refused(name: str) -> None:
    with pytest.raises(InvalidQuery):
        field_of(Case, name)


def test_words_are_counted_by_their_exact_values() -> None:
    assert field_of(Case, "title").groups_by == "title.exact"
    assert field_of(Case, "opened_at").groups_by == TIME_FIELD
