"""What Kibana asks Elasticsearch for a saved search or a Lens chart, as far as Marque has them.

Kibana's query language is read as far as Marque writes it: one condition, or none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.kibana_shapes import DateHistogramColumn, MetricColumn, TermsColumn

if TYPE_CHECKING:
    from tests.kibana_shapes import Layer

_CONDITION = re.compile(r"(?P<negated>not )?(?P<field>[\w.@-]+) : (?P<value>\*|[\w-]+)")
_METRICS = {"unique_count": "cardinality", "sum": "sum", "min": "min", "max": "max"}


def conditions(kql: str, time: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return the query of a text in Kibana's query language and a stretch of time."""
    clauses: list[dict[str, Any]] = []
    if time:
        since, until = time
        clauses.append({"range": {"@timestamp": {"gte": since, "lte": until}}})
    if kql:
        clauses.append(_condition(kql))
    return {"bool": {"filter": clauses}}


def fields_in(kql: str) -> set[str]:
    """Return the fields that a text in Kibana's query language names."""
    return {_parsed(kql)["field"]} if kql else set()


def aggregations(layer: Layer) -> dict[str, Any]:
    """Return the aggregations of a chart's columns, in each other in their order."""
    buckets = [id for id in layer.columnOrder if layer.columns[id].isBucketed]
    metrics = {
        id: asked
        for id, column in layer.columns.items()
        if isinstance(column, MetricColumn) and (asked := _metric(column))
    }
    inner = metrics
    for id in reversed(buckets):
        inner = {id: {**_bucket(layer, id), "aggs": inner}}
    return inner


def _bucket(layer: Layer, id: str) -> dict[str, Any]:
    column = layer.columns[id]
    if isinstance(column, DateHistogramColumn):
        return {"date_histogram": {"field": column.sourceField, "calendar_interval": "1d"}}
    assert isinstance(column, TermsColumn)
    by = layer.columns[column.params.orderBy.columnId]
    order = "_count" if by.operationType == "count" else column.params.orderBy.columnId
    return {
        "terms": {
            "field": column.sourceField,
            "size": column.params.size,
            "order": {order: column.params.orderDirection},
        }
    }


def _metric(column: MetricColumn) -> dict[str, Any] | None:
    """Return a metric's aggregation; None for a count of all, which every bucket has anyway."""
    if column.operationType == "count":
        return {"filter": conditions(column.filter.query)} if column.filter else None
    return {_METRICS[column.operationType]: {"field": column.sourceField}}


def _condition(kql: str) -> dict[str, Any]:
    found = _parsed(kql)
    if found["value"] == "*":
        clause: dict[str, Any] = {"exists": {"field": found["field"]}}
    else:
        clause = {"term": {found["field"]: found["value"]}}
    return {"bool": {"must_not": [clause]}} if found["negated"] else clause


def _parsed(kql: str) -> re.Match[str]:
    found = _CONDITION.fullmatch(kql)
    assert found, f"not written as Marque writes conditions: {kql}"
    return found
