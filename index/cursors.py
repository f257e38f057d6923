"""Cursors: where a page ended, as text that goes through a URL."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from index.contract import Cursor, Query
from index.errors import InvalidQuery


def cursor_at(query: Query[Any], key: object, id: str) -> Cursor:
    """Say that a page of this query ended with this value of the field it is ordered by."""
    place = json.dumps([_named(query), key, id]).encode()
    return Cursor(urlsafe_b64encode(place).decode())


def place_of(query: Query[Any], cursor: Cursor) -> tuple[Any, str]:
    """Return the value and the id that a page ended with; raises `InvalidQuery`."""
    try:
        named, key, id = json.loads(urlsafe_b64decode(cursor))
    except ValueError as error:
        raise InvalidQuery("not a cursor") from error
    if named != _named(query):
        raise InvalidQuery(f"a cursor of {named}, not of {_named(query)}")
    return key, id


def _named(query: Query[Any]) -> str:
    return f"{query.kind.kind}/{query.order}"
