"""Opening the store on Elasticsearch."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from index.elastic.client import Server
from index.elastic.fingerprints import ElasticFingerprintIndex
from index.elastic.indices import Indices
from index.elastic.migration import finish
from index.elastic.records import ElasticRecords
from index.elastic.upkeep import ElasticUpkeep
from index.errors import Unavailable

if TYPE_CHECKING:
    from index.elastic.location import ElasticsearchLocation


def opened(location: ElasticsearchLocation) -> tuple[ElasticRecords, ElasticFingerprintIndex]:
    """Return documents and fingerprints, whose indices are of this program's version.

    What a killed migration left read-only is finished first.
    """
    indices = Indices(Server(location))
    indices.check()
    with suppress(Unavailable):  # then it stays as it is: searched, and named by whoever writes
        finish(indices)
    return ElasticRecords(indices), ElasticFingerprintIndex(indices)


def upkeep(location: ElasticsearchLocation) -> ElasticUpkeep:
    """Return the upkeep of indices of whatever version."""
    return ElasticUpkeep(Indices(Server(location)))
