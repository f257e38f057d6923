"""Opening the store on Elasticsearch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.elastic.client import Server
from index.elastic.fingerprints import ElasticFingerprintIndex
from index.elastic.indices import Indices
from index.elastic.records import ElasticRecords
from index.elastic.upkeep import ElasticUpkeep

if TYPE_CHECKING:
    from index.elastic.location import ElasticsearchLocation


def opened(location: ElasticsearchLocation) -> tuple[ElasticRecords, ElasticFingerprintIndex]:
    """Return documents and fingerprints, whose indices are of this program's version."""
    indices = Indices(Server(location))
    indices.check()
    return ElasticRecords(indices), ElasticFingerprintIndex(indices)


def upkeep(location: ElasticsearchLocation) -> ElasticUpkeep:
    """Return the upkeep of indices of whatever version."""
    return ElasticUpkeep(Indices(Server(location)))
