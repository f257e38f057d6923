# ruff: noqa: N815 - the names are those that Kibana gives its attributes
"""The published shapes of Kibana's saved objects, as far as Marque's objects use them.

Written down from Kibana's own sources, versions 8.19 and 9: names and types of attributes, nothing
else. What isn't named here is refused, so that a slip of the pen is found. Sources, by class:

    DataView      src/platform/plugins/shared/data_views/common/types.ts, DataViewAttributes
    SavedSearch   src/platform/plugins/shared/saved_search/server/saved_objects/schema.ts
    Dashboard     src/platform/plugins/shared/dashboard/server/dashboard_saved_object/schema/v1
    Control       src/platform/plugins/shared/controls, ControlPanelState, OptionsListControlState
    Links         src/platform/plugins/private/links/common/content_management/v1/types.ts
    Lens, Column  src/platform/packages/shared/kbn-lens-common: LensDocument, *IndexPatternColumn
    Xy, Pie, …    the same, visualizations/*/types.ts
    UrlFormat     src/platform/plugins/shared/field_formats/common/converters/url.ts
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, TypeAdapter


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Reference(Shape):
    type: Literal["index-pattern", "search", "dashboard"]
    id: str
    name: str


class Query(Shape):
    language: Literal["kuery", "lucene"]
    query: str


class SearchSource(Shape):
    query: Query
    filter: list[Any]
    indexRefName: str | None = None


class SavedObjectMeta(Shape):
    searchSourceJSON: Json[SearchSource]


class UrlParams(Shape):
    type: Literal["a", "img", "audio"]
    urlTemplate: str = Field(pattern=r"^https?://")
    labelTemplate: str


class UrlFormat(Shape):
    id: Literal["url"]
    params: UrlParams


class NumberFormat(Shape):
    id: Literal["bytes", "number", "percent"]
    params: dict[Literal["pattern"], str] = {}


class FieldAttributes(Shape):
    customLabel: str


class DataView(Shape):
    title: str
    name: str
    timeFieldName: str
    allowNoIndex: bool
    sourceFilters: Json[list[dict[Literal["value"], str]]]
    fieldAttrs: Json[dict[str, FieldAttributes]]
    fieldFormatMap: Json[dict[str, UrlFormat | NumberFormat]]


class SavedSearch(Shape):
    title: str
    description: str
    columns: list[str]
    sort: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    grid: dict[Literal["columns"], Any]
    hideChart: bool
    isTextBasedQuery: bool
    timeRestore: bool
    kibanaSavedObjectMeta: SavedObjectMeta


class TermsOrder(Shape):
    type: Literal["column"]
    columnId: str


class TermsParams(Shape):
    size: Annotated[int, Field(ge=1, le=10_000)]
    orderBy: TermsOrder
    orderDirection: Literal["asc", "desc"]
    otherBucket: bool
    missingBucket: bool
    parentFormat: dict[Literal["id"], Literal["terms"]]


class DateHistogramParams(Shape):
    interval: str
    includeEmptyRows: bool
    dropPartials: bool


class MetricParams(Shape):
    emptyAsNull: bool


class _Column(Shape):
    label: str
    customLabel: bool
    dataType: Literal["string", "number", "date", "boolean", "ip"]
    sourceField: str


class TermsColumn(_Column):
    operationType: Literal["terms"]
    isBucketed: Literal[True]
    scale: Literal["ordinal"]
    params: TermsParams


class DateHistogramColumn(_Column):
    operationType: Literal["date_histogram"]
    isBucketed: Literal[True]
    scale: Literal["interval"]
    params: DateHistogramParams


class MetricColumn(_Column):
    operationType: Literal["count", "unique_count", "sum", "min", "max"]
    isBucketed: Literal[False]
    scale: Literal["ratio"]
    params: MetricParams
    filter: Query | None = None


class Layer(Shape):
    columns: dict[str, TermsColumn | DateHistogramColumn | MetricColumn]
    columnOrder: list[str]
    incompleteColumns: dict[str, Any]
    sampling: Literal[1]


class FormBased(Shape):
    layers: dict[str, Layer]


class _Visualization(Shape):
    layerId: str
    layerType: Literal["data"]


class MetricState(_Visualization):
    metricAccessor: str


class TableColumn(Shape):
    columnId: str
    isTransposed: bool


class Sorting(Shape):
    columnId: str
    direction: Literal["asc", "desc", "none"]


class Paging(Shape):
    enabled: bool
    size: int


class TableState(_Visualization):
    columns: list[TableColumn]
    sorting: Sorting
    paging: Paging


class PieLayer(_Visualization):
    primaryGroups: list[str]
    metrics: list[str]
    numberDisplay: Literal["hidden", "percent", "value"]
    categoryDisplay: Literal["default", "inside", "hide"]
    legendDisplay: Literal["default", "show", "hide"]
    nestedLegend: bool


class PieState(Shape):
    shape: Literal["donut", "pie"]
    layers: list[PieLayer]


class XyLayer(_Visualization):
    seriesType: Literal["bar", "bar_stacked", "bar_horizontal", "line", "area"]
    xAccessor: str
    splitAccessor: str | None = None
    accessors: list[str]
    position: Literal["top"]
    showGridlines: bool


class Legend(Shape):
    isVisible: bool
    position: Literal["top", "left", "bottom", "right"]


class XyState(Shape):
    preferredSeriesType: str
    legend: Legend
    valueLabels: Literal["hide", "show"]
    layers: list[XyLayer]


class LensState(Shape):
    visualization: MetricState | TableState | PieState | XyState
    query: Query
    filters: list[Any]
    datasourceStates: dict[Literal["formBased"], FormBased]
    internalReferences: list[Any]
    adHocDataViews: dict[str, Any]


class Lens(Shape):
    title: str
    description: str
    type: Literal["lens"]
    visualizationType: Literal["lnsMetric", "lnsDatatable", "lnsPie", "lnsXY"]
    references: list[Reference]
    state: LensState


class Grid(Shape):
    x: Annotated[int, Field(ge=0, lt=48)]
    y: Annotated[int, Field(ge=0)]
    w: Annotated[int, Field(ge=1, le=48)]
    h: Annotated[int, Field(ge=1)]
    i: str


class _Config(Shape):
    enhancements: dict[str, Any]
    hidePanelTitles: bool = False
    timeRange: dict[Literal["from", "to"], str] | None = None


class LensConfig(_Config):
    attributes: Lens


class Link(Shape):
    type: Literal["dashboardLink"]
    id: str
    order: int
    label: str
    destinationRefName: str


class Links(Shape):
    layout: Literal["horizontal", "vertical"]
    links: list[Link]


class LinksConfig(_Config):
    attributes: Links


class _Panel(Shape):
    panelIndex: str
    gridData: Grid


class LensPanel(_Panel):
    type: Literal["lens"]
    title: str
    embeddableConfig: LensConfig


class SearchPanel(_Panel):
    type: Literal["search"]
    title: str
    panelRefName: str
    embeddableConfig: _Config


class LinksPanel(_Panel):
    type: Literal["links"]
    embeddableConfig: LinksConfig


Panel = Annotated[LensPanel | SearchPanel | LinksPanel, Field(discriminator="type")]


class ControlInput(Shape):
    id: str
    fieldName: str
    title: str
    selectedOptions: list[str]
    enhancements: dict[str, Any]


class Control(Shape):
    type: Literal["optionsListControl"]
    order: int
    width: Literal["small", "medium", "large"]
    grow: bool
    explicitInput: ControlInput


class ControlGroup(Shape):
    chainingSystem: Literal["HIERARCHICAL", "NONE"]
    controlStyle: Literal["oneLine", "twoLine"]
    ignoreParentSettingsJSON: Json[dict[str, bool]]
    panelsJSON: Json[dict[str, Control]]


class Options(Shape):
    useMargins: bool
    syncColors: bool
    syncCursor: bool
    syncTooltips: bool
    hidePanelTitles: bool


class RefreshInterval(Shape):
    pause: bool
    value: int


class Dashboard(Shape):
    title: str
    description: str
    version: int
    timeRestore: bool
    timeFrom: str
    timeTo: str
    refreshInterval: RefreshInterval
    kibanaSavedObjectMeta: SavedObjectMeta
    optionsJSON: Json[Options]
    panelsJSON: Json[list[Panel]]
    controlGroupInput: ControlGroup


class _SavedObject(Shape):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    references: list[Reference]
    coreMigrationVersion: Literal["8.8.0"]


class DataViewObject(_SavedObject):
    type: Literal["index-pattern"]
    typeMigrationVersion: Literal["8.0.0"]
    attributes: DataView


class SearchObject(_SavedObject):
    type: Literal["search"]
    typeMigrationVersion: Literal["8.0.0"]
    attributes: SavedSearch


class DashboardObject(_SavedObject):
    type: Literal["dashboard"]
    typeMigrationVersion: Literal["8.9.0"]
    attributes: Dashboard


SavedObject = DataViewObject | SearchObject | DashboardObject
_ANY: TypeAdapter[SavedObject] = TypeAdapter(Annotated[SavedObject, Field(discriminator="type")])


def saved_object(line: str) -> SavedObject:
    """Read an object as it is imported. Raises `ValidationError`."""
    return _ANY.validate_json(line)
