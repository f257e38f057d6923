"""Putting the objects into Kibana; done again, it puts them back as they are to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from index.errors import Rejected, Unavailable, UnsupportedVersion
from index.kibana.build import ndjson
from index.kibana.catalogue import DASHBOARDS
from index.kibana.saved_objects import DASHBOARD, DEFAULT_SPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.kibana.client import Kibana
    from index.kibana.saved_objects import Installation

_OLDEST: Final = (8, 19)
_NEWEST_MAJOR: Final = 9
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class Installed:
    """What was done. `dashboards`: the address of each by its title."""

    version: str
    objects: int
    space_made: bool
    dashboards: Mapping[str, str]


def install(kibana: Kibana, installation: Installation) -> Installed:
    """Put all objects into a space, making it if it isn't there.

    Objects of the same ids are replaced, with whatever people changed in them. Raises
    `UnsupportedVersion`, `AccessDenied`, `Rejected` or `Unavailable`.
    """
    version = _version(kibana)
    space_made = _make_space(kibana, installation.space)
    answer = kibana.upload(
        f"{_within(installation.space)}/api/saved_objects/_import?overwrite=true",
        "marque.ndjson",
        ndjson(installation).encode(),
    )
    if not answer.get("success"):
        raise Rejected(kibana.url, _reasons(answer))
    return Installed(
        version, answer["successCount"], space_made, _addresses(kibana, installation, answer)
    )


def _version(kibana: Kibana) -> str:
    _, status = kibana.get("/api/status")
    number = str(status.get("version", {}).get("number", ""))
    found = re.match(r"(\d+)\.(\d+)\.", number)
    if found is None:
        raise Unavailable(
            kibana.url, "it doesn't tell its version: is this Kibana, and the user's?"
        )
    version = (int(found[1]), int(found[2]))
    if version < _OLDEST or version[0] > _NEWEST_MAJOR:
        raise UnsupportedVersion(kibana.url, f"version {number}; 8.19 and 9 are supported")
    return number


def _make_space(kibana: Kibana, space: str) -> bool:
    """Make the space unless it is there; return whether it was made."""
    if space == DEFAULT_SPACE:
        return False
    status, _ = kibana.get(f"/api/spaces/space/{space}", allow=[_NOT_FOUND])
    if status != _NOT_FOUND:
        return False
    status, _ = kibana.post("/api/spaces/space", {"id": space, "name": space}, allow=[_CONFLICT])
    return status != _CONFLICT  # somebody else has just made it


def _within(space: str) -> str:
    return "" if space == DEFAULT_SPACE else f"/s/{space}"


def _reasons(answer: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{one['type']} {one['id']}: {_reason(one['error'])}" for one in answer.get("errors", [])
    )


def _reason(error: Mapping[str, Any]) -> str:
    missing = [f"{one['type']} {one['id']}" for one in error.get("references", [])]
    return " ".join(filter(None, [error["type"], error.get("message"), ", ".join(missing)]))


def _addresses(
    kibana: Kibana, installation: Installation, answer: Mapping[str, Any]
) -> dict[str, str]:
    """Return where each dashboard is. Kibana may have given it another id than it was sent with."""
    moved = {
        one["id"]: one["destinationId"]
        for one in answer.get("successResults", [])
        if one["type"] == DASHBOARD and "destinationId" in one
    }
    base = f"{kibana.url}{_within(installation.space)}/app/dashboards#/view/"
    ids = {one.title: installation.id(one.name) for one in DASHBOARDS}
    return {title: base + quote(moved.get(id, id), safe="") for title, id in ids.items()}
