"""What there is to say of the embedded store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.contract import IndexStats, Renewal, Upkeep
from index.documents import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.embedded.database import Database

_TABLES: Final = (*(kind.kind for kind in RECORDS), "prints", "parts")


class EmbeddedUpkeep(Upkeep):
    """One SQLite file. Whoever opens it brings it to the program's form."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def migrate(self) -> Iterator[Renewal]:
        """Open the file, which does all there is to do."""
        with self._database.reading():
            yield Renewal(str(self._database.path), "kept")

    def stats(self) -> list[IndexStats]:
        """Return how many rows each table has, and how large the file is."""
        with self._database.reading() as connection:
            counts = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for name in _TABLES
            }
        size = self._database.path.stat().st_size
        return [
            *(IndexStats(name, count) for name, count in counts.items()),
            IndexStats(self._database.path.name, sum(counts.values()), size),
        ]
