"""Every kind of document, with every field filled, is stored and found as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from index.contract import Query
from index.documents import RECORDS, Event, Record

if TYPE_CHECKING:
    from index.store import Store

_SAMPLES: dict[Any, Any] = {
    str: "127.0.0.1",  # some strings are addresses
    int: 3,
    float: 0.1 + 0.2,
    bool: True,
    datetime: datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
}


def sample(annotation: Any) -> Any:  # noqa: ANN401, PLR0911 - a table of what annotations say
    """Return a value that fits an annotation, with nothing left empty."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return sample(inner[0])
    if origin is Literal:
        return inner[0]
    if origin in {Union, UnionType}:
        return sample(inner[0])
    if origin is tuple:
        return tuple(sample(one) for one in inner if one is not Ellipsis)
    if origin is dict:
        return {"key": [1, {"inner": None}]}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return filled(annotation)
    return _SAMPLES.get(annotation, _SAMPLES[datetime])


def filled(kind: type[BaseModel]) -> Any:  # noqa: ANN401 - of that kind
    return kind(**{name: sample(field.annotation) for name, field in kind.model_fields.items()})


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_filled_comes_back_unchanged(store: Store, kind: type[Record]) -> None:
    original = filled(kind)
    if isinstance(original, Event):
        store.records.append(original)
    else:
        store.records.put(original, expect=None)
    assert store.records.get(kind, original.id).record == original
    moment = next((name for name, one in kind.meanings().items() if one.search == "date"), "id")
    (found,) = store.records.find(Query(kind, {moment: getattr(original, moment)})).items
    assert found.record == original
