"""The store as a whole: documents, fingerprints and bytes, opened from one location."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.blobs import Blobs
from index.embedded.database import Database
from index.embedded.fingerprints import EmbeddedFingerprintIndex
from index.embedded.records import EmbeddedRecords
from index.embedded.upkeep import EmbeddedUpkeep
from index.remote_blobs import RemoteBlobs

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import FingerprintIndex, Records, Upkeep
    from index.elastic.location import ElasticsearchLocation
    from index.remote_blobs import RemoteLocation


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """Where the store is: plain values, so that a worker process can be told.

    Without an Elasticsearch, documents and fingerprints are in the data folder, too; without
    `blobs`, bytes are.
    """

    data: Path
    elasticsearch: ElasticsearchLocation | None = None
    blobs: RemoteLocation | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """Documents, whose a fingerprint is, and bytes."""

    records: Records
    fingerprints: FingerprintIndex
    blobs: Blobs


def open_store(location: StoreLocation) -> Store:
    """Open the store, making what isn't there.

    Raises `Unavailable`, `IncompatibleData` or `Outdated`.
    """
    blobs = _blobs(location)
    if location.elasticsearch is not None:
        from index.elastic.opening import opened  # noqa: PLC0415 - its client is slow to load

        return Store(*opened(location.elasticsearch), blobs)
    database = _database(location)
    return Store(EmbeddedRecords(database), EmbeddedFingerprintIndex(database), blobs)


def open_upkeep(location: StoreLocation) -> Upkeep:
    """Open what operators do with the store, of whatever version it is. Raises `Unavailable`."""
    if location.elasticsearch is not None:
        from index.elastic.opening import upkeep  # noqa: PLC0415 - its client is slow to load

        return upkeep(location.elasticsearch)
    open_store(location)
    return EmbeddedUpkeep(_database(location))


def _blobs(location: StoreLocation) -> Blobs:
    if location.blobs is None:
        return Blobs(location.data / "blobs")
    return RemoteBlobs(location.blobs, location.data / "blobs-cache")


def _database(location: StoreLocation) -> Database:
    return Database(location.data / "marque.db")
