"""The store as a whole: documents, fingerprints and bytes, opened from one location."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.blobs import Blobs
from index.embedded.database import Database
from index.embedded.fingerprints import EmbeddedFingerprintIndex
from index.embedded.records import EmbeddedRecords

if TYPE_CHECKING:
    from pathlib import Path

    from index.contract import FingerprintIndex, Records


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """Where the store is: plain values, so that a worker process can be told."""

    data: Path


@dataclass(frozen=True, slots=True)
class Store:
    """Documents, whose a fingerprint is, and bytes."""

    records: Records
    fingerprints: FingerprintIndex
    blobs: Blobs


def open_store(location: StoreLocation) -> Store:
    """Open the store, making the data folder when it isn't there. Raises `Unavailable`."""
    database = Database(location.data / "marque.db")
    return Store(
        records=EmbeddedRecords(database),
        fingerprints=EmbeddedFingerprintIndex(database),
        blobs=Blobs(location.data / "blobs"),
    )
