"""How long indices live, where the server manages that: as long as Marque says, never by age.

Documents change as long as their works and cases live, and what was told of them is evidence: no
index is rolled over, shrunk or deleted by its age. A policy says so, to administrators and to
whatever policy a cluster has for all; and in which order indices come back after a restart:
documents first, then fingerprints. Fingerprints are merged by `tidy`, when it is due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.documents import RECORDS
from index.elastic.abilities import has_lifecycles

if TYPE_CHECKING:
    from index.elastic.indices import Indices

_DOCUMENTS_FIRST: Final = 150
_THEN_PRINTS: Final = 100


def set_up(indices: Indices) -> bool:
    """Put every index that is there under its policy; return whether the server has any."""
    server = indices.server
    if not has_lifecycles(server):
        return False
    behind = indices.behind()
    documents = {indices.alias_of(kind.kind) for kind in RECORDS}
    for name, priority, its in (
        ("documents", _DOCUMENTS_FIRST, behind.keys() & documents),
        ("fingerprints", _THEN_PRINTS, behind.keys() - documents),
    ):
        policy = indices.alias_of(name)
        _put(indices, policy, priority)
        names = sorted(behind[alias] for alias in its)
        if names:
            server.ask(
                lambda es, names=names, policy=policy: es.indices.put_settings(  # type: ignore[misc]
                    index=names, settings={"index.lifecycle.name": policy}
                )
            )
    return True


def _put(indices: Indices, name: str, priority: int) -> None:
    policy = {
        "_meta": {"managed_by": "marque", "deletes": False},
        "phases": {"hot": {"actions": {"set_priority": {"priority": priority}}}},
    }
    indices.server.ask(lambda es: es.ilm.put_lifecycle(name=name, policy=policy))
