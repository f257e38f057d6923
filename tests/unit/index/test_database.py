"""A data folder of an earlier version is taken over as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.contract import Lookup, Probe
from index.contract import OwnerId
from index.embedded.database import SCHEMA, Database
from index.embedded.fingerprints import EmbeddedFingerprintIndex
from index.errors import IncompatibleData

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_SCHEMA = """
    CREATE TABLE prints (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        side TEXT NOT NULL, owner TEXT NOT NULL, medium TEXT NOT NULL,
        modality TEXT NOT NULL, version INTEGER NOT NULL, extent REAL NOT NULL,
        UNIQUE (side, owner, medium, modality));
    CREATE TABLE parts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        print INTEGER NOT NULL REFERENCES prints, ordinal INTEGER NOT NULL,
        position REAL NOT NULL, terms BLOB NOT NULL, signature BLOB NOT NULL,
        UNIQUE (print, ordinal));
    CREATE TABLE spaces (
        id INTEGER PRIMARY KEY, side TEXT NOT NULL, modality TEXT NOT NULL,
        UNIQUE (side, modality));
    CREATE TABLE postings (
        space INTEGER NOT NULL, term INTEGER NOT NULL, part INTEGER NOT NULL,
        PRIMARY KEY (space, term, part)) WITHOUT ROWID;
    INSERT INTO prints VALUES (1, 'work', 'w', 'm', 'text', 1, 9.0);
    INSERT INTO prints VALUES (2, 'sighting', 's', 'm', 'text', 1, 9.0);
    INSERT INTO spaces VALUES (1, 'sighting', 'text'), (2, 'work', 'text');
    PRAGMA user_version = 1;
"""


def test_prints_of_the_first_schema_are_found(tmp_path: Path) -> None:
    file = tmp_path / "marque.db"
    terms = np.array([5, 7], "<i8").tobytes()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_FIRST_SCHEMA)
        for number in (1, 2):
            connection.execute(
                "INSERT INTO parts VALUES (?, ?, 0, 0.0, ?, x'00')", (number, number, terms)
            )
        connection.commit()
    index = EmbeddedFingerprintIndex(Database(file))
    probe = Probe("text", (Lookup(np.array([5, 7]), 2),))
    (works,) = index.candidates([probe], limit=5)
    (sightings,) = index.candidates([probe], limit=5, among="sighting")
    assert [one.owner for one in works] == [OwnerId("work", "w", "m")]
    assert [one.owner for one in sightings] == [OwnerId("sighting", "s", "m")]
    assert index.load(OwnerId("work", "w", "m"), "text").parts[0].terms.tolist() == [5, 7]


def test_data_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "marque.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(IncompatibleData):
        _ = Database(file).connection
