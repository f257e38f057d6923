"""Dashboards: charts and searches laid out in rows, under choices that hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from index.kibana.charts import Chart, lens
from index.kibana.fields import field_of
from index.kibana.saved_objects import (
    DASHBOARD,
    SEARCH,
    Installation,
    Reference,
    SavedObject,
    packed,
    saved_object,
    search_source,
)
from index.kibana.searches import Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.documents import Record

COLUMNS: Final = 48
"""How wide Kibana's grid is."""

_EVER: Final = {"from": "now-50y", "to": "now"}
_LINKS_HEIGHT: Final = 3
_LINKS: Final = "links"
_SETTINGS: Final = {
    "useMargins": True,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "hidePanelTitles": False,
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart or search in a dashboard; its size in the grid's columns and rows."""

    shown: Chart | Search
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard. `choices`: fields of `kind` that all panels have, to choose values from."""

    name: str
    title: str
    description: str
    since: str
    panels: tuple[Panel, ...]
    kind: type[Record] | None = None
    choices: tuple[str, ...] = ()


def dashboard_object(
    dashboard: Dashboard, linked: Sequence[Dashboard], installation: Installation
) -> SavedObject:
    """Return the object of a dashboard, with links to others above its panels."""
    panels, references = _links(linked, installation)
    for number, (panel, x, y) in enumerate(_placed(dashboard.panels), start=1):
        grid = {"x": x, "y": y, "w": panel.width, "h": panel.height}
        shown, refers = _panel(str(number), grid, panel.shown, installation)
        panels.append(shown)
        references += refers
    choices, refers = _choices(dashboard, installation)
    attributes = {
        "title": dashboard.title,
        "description": dashboard.description,
        "version": 1,
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60_000},
        "kibanaSavedObjectMeta": search_source(""),
        "optionsJSON": packed(_SETTINGS),
        "panelsJSON": packed(panels),
        "controlGroupInput": choices,
    }
    id = installation.id(dashboard.name)
    return saved_object(DASHBOARD, id, attributes, [*references, *refers])


def _placed(panels: Sequence[Panel]) -> Iterator[tuple[Panel, int, int]]:
    """Yield panels with their places: from left to right, in rows as high as their highest."""
    x, y, height = 0, _LINKS_HEIGHT, 0
    for panel in panels:
        if x + panel.width > COLUMNS:
            x, y, height = 0, y + height, 0
        yield panel, x, y
        x, height = x + panel.width, max(height, panel.height)


def _panel(
    id: str, grid: dict[str, Any], shown: Chart | Search, installation: Installation
) -> tuple[dict[str, Any], list[Reference]]:
    config: dict[str, Any] = {"enhancements": {}}
    if shown.ever:
        config["timeRange"] = _EVER
    panel = {
        "panelIndex": id,
        "gridData": {**grid, "i": id},
        "title": shown.title,
        "embeddableConfig": config,
    }
    if isinstance(shown, Chart) and shown.shape == "number":
        config["hidePanelTitles"] = True  # the figure's label says it already
    if isinstance(shown, Search):
        name = f"panel_{id}"
        refers = {"type": SEARCH, "id": installation.id(shown.name), "name": f"{id}:{name}"}
        return {**panel, "type": SEARCH, "panelRefName": name}, [refers]
    config["attributes"] = lens(shown, installation)
    inside = config["attributes"]["references"]
    return {**panel, "type": "lens"}, [{**one, "name": f"{id}:{one['name']}"} for one in inside]


def _links(
    linked: Sequence[Dashboard], installation: Installation
) -> tuple[list[dict[str, Any]], list[Reference]]:
    links = [
        {
            "type": "dashboardLink",
            "id": one.name,
            "order": order,
            "label": one.title,
            "destinationRefName": f"link_{one.name}_dashboard",
        }
        for order, one in enumerate(linked)
    ]
    panel = {
        "type": "links",
        "panelIndex": _LINKS,
        "gridData": {"x": 0, "y": 0, "w": COLUMNS, "h": _LINKS_HEIGHT, "i": _LINKS},
        "embeddableConfig": {
            "enhancements": {},
            "hidePanelTitles": True,
            "attributes": {"layout": "horizontal", "links": links},
        },
    }
    return [panel], [
        {
            "type": DASHBOARD,
            "id": installation.id(one.name),
            "name": f"{_LINKS}:link_{one.name}_dashboard",
        }
        for one in linked
    ]


def _choices(
    dashboard: Dashboard, installation: Installation
) -> tuple[dict[str, Any], list[Reference]]:
    """Return the lists of values above the panels; each narrows what the next offers."""
    controls: dict[str, Any] = {}
    references = []
    for order, name in enumerate(dashboard.choices):
        assert dashboard.kind is not None  # noqa: S101 - choices are of its fields
        field = field_of(dashboard.kind, name)
        controls[name] = {
            "type": "optionsListControl",
            "order": order,
            "width": "medium",
            "grow": True,
            "explicitInput": {
                "id": name,
                "fieldName": field.groups_by,
                "title": field.label,
                "selectedOptions": [],
                "enhancements": {},
            },
        }
        view = installation.view(dashboard.kind, f"controlGroup_{name}:optionsListDataView")
        references.append(view)
    ignored = ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations")
    group = {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "ignoreParentSettingsJSON": packed(dict.fromkeys(ignored, False)),
        "panelsJSON": packed(controls),
    }
    return group, references
