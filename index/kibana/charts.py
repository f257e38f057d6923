"""Charts, in the form in which Lens keeps them inside a dashboard's panel.

A chart counts documents of one kind: in buckets (by value, by time), by metrics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from index.kibana.fields import Where, field_of
from index.kibana.views import TIME_FIELD

if TYPE_CHECKING:
    from index.documents import Record
    from index.kibana.saved_objects import Installation

_LAYER: Final = "layer"
_RECORDS: Final = "___records___"
_PAGE_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: how many documents, or something of a field's values."""

    label: str
    operation: Literal["count", "unique_count", "sum", "min", "max"] = "count"
    field: str | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Top:
    """Buckets: a field's values with the highest first metric; the others in one more if `rest`."""

    field: str
    size: int = 10
    label: str | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class OverTime:
    """Buckets: stretches of time, as long as fits what is looked at."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of documents of one kind; `ever`: whatever time the dashboard looks at."""

    title: str
    kind: type[Record]
    shape: Literal["number", "bars", "donut", "table"]
    metrics: tuple[Metric, ...]
    buckets: tuple[Top | OverTime, ...] = ()
    where: Where | None = None
    ever: bool = False


def lens(chart: Chart, installation: Installation) -> dict[str, Any]:
    """Return the attributes of a Lens object. Raises `InvalidQuery` for fields that aren't."""
    buckets = {f"bucket-{n}": one for n, one in enumerate(chart.buckets)}
    metrics = {f"metric-{n}": one for n, one in enumerate(chart.metrics)}
    columns = {id: _bucket(chart.kind, one) for id, one in buckets.items()}
    columns |= {id: _metric(chart.kind, one) for id, one in metrics.items()}
    layer = {
        "columns": columns,
        "columnOrder": [*buckets, *metrics],
        "incompleteColumns": {},
        "sampling": 1,
    }
    kind, state = _visualization(chart, [*buckets], [*metrics])
    kql = chart.where.kql(chart.kind) if chart.where else ""
    return {
        "title": chart.title,
        "description": "",
        "type": "lens",
        "visualizationType": kind,
        "references": [installation.view(chart.kind, f"indexpattern-datasource-layer-{_LAYER}")],
        "state": {
            "visualization": state,
            "query": {"language": "kuery", "query": kql},
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {_LAYER: layer}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _bucket(kind: type[Record], bucket: Top | OverTime) -> dict[str, Any]:
    if isinstance(bucket, OverTime):
        return {
            "label": "Time 时间",
            "customLabel": True,
            "dataType": "date",
            "operationType": "date_histogram",
            "sourceField": TIME_FIELD,
            "isBucketed": True,
            "scale": "interval",
            "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
        }
    field = field_of(kind, bucket.field)
    return {
        "label": bucket.label or field.label,
        "customLabel": True,
        "dataType": field.data_type,
        "operationType": "terms",
        "sourceField": field.groups_by,
        "isBucketed": True,
        "scale": "ordinal",
        "params": {
            "size": bucket.size,
            "orderBy": {"type": "column", "columnId": "metric-0"},
            "orderDirection": "desc",
            "otherBucket": bucket.rest,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
    }


def _metric(kind: type[Record], metric: Metric) -> dict[str, Any]:
    field = field_of(kind, metric.field) if metric.field else None
    is_date = field is not None and field.data_type == "date"
    column = {
        "label": metric.label,
        "customLabel": True,
        "dataType": "date" if is_date else "number",
        "operationType": metric.operation,
        "sourceField": field.groups_by if field else _RECORDS,
        "isBucketed": False,
        "scale": "ratio",
        "params": {"emptyAsNull": False},
    }
    if metric.where:
        column["filter"] = {"language": "kuery", "query": metric.where.kql(kind)}
    return column


def _visualization(
    chart: Chart, buckets: list[str], metrics: list[str]
) -> tuple[str, dict[str, Any]]:
    """Return which visualization shows the columns, and how."""
    layer = {"layerId": _LAYER, "layerType": "data"}
    if chart.shape == "number":
        return "lnsMetric", {**layer, "metricAccessor": metrics[0]}
    if chart.shape == "table":
        return "lnsDatatable", {
            **layer,
            "columns": [{"columnId": id, "isTransposed": False} for id in (*buckets, *metrics)],
            "sorting": {"columnId": metrics[0], "direction": "desc"},
            "paging": {"enabled": True, "size": _PAGE_ROWS},
        }
    if chart.shape == "donut":
        groups = {
            "primaryGroups": buckets,
            "metrics": metrics,
            "numberDisplay": "value",
            "categoryDisplay": "default",
            "legendDisplay": "show",
            "nestedLegend": False,
        }
        return "lnsPie", {"shape": "donut", "layers": [{**layer, **groups}]}
    *split, along = buckets
    series = {
        "seriesType": "bar_stacked",
        "xAccessor": along,
        "accessors": metrics,
        "position": "top",
        "showGridlines": False,
    }
    if split:
        series["splitAccessor"] = split[0]
    return "lnsXY", {
        "preferredSeriesType": "bar_stacked",
        "legend": {"isVisible": bool(split), "position": "right"},
        "valueLabels": "hide",
        "layers": [{**layer, **series}],
    }
