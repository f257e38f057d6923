"""Search by words in SQLite's full-text index (FTS5), for every kind of document that has words.

FTS5 knows no Chinese: text is given to it as Elasticsearch's `cjk_bigram` filter cuts it, each
character and each pair of neighbours a word of its own.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from index.documents import RECORDS, worded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from index.documents import Record

_CJK: Final = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK: Final = re.compile(rf"[{_CJK}]")


def tables() -> Iterator[str]:
    """Yield what makes the full-text index of each kind that has words."""
    for kind in RECORDS:
        if worded(kind):
            yield (
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {table_of(kind)}"
                " USING fts5 (id UNINDEXED, words, tokenize = 'unicode61')"
            )


def table_of(kind: type[Record]) -> str:
    """Return the name of the full-text index of a kind, quoted."""
    return f'"{kind.kind}-words"'


def keep(connection: sqlite3.Connection, record: Record) -> None:
    """Make a document, new or changed, found by its words."""
    fields = worded(type(record))
    if fields:
        connection.execute(
            f"INSERT OR REPLACE INTO {table_of(type(record))} (rowid, id, words) VALUES (?, ?, ?)",
            (_row(record.id), record.id, _cut(_said(record, fields))),
        )


def forget(connection: sqlite3.Connection, kind: type[Record], id: str) -> None:
    """Let a document be found no more."""
    if worded(kind):
        connection.execute(f"DELETE FROM {table_of(kind)} WHERE rowid = ?", (_row(id),))


def expression(words: str) -> str:
    """Return the words as FTS5 is asked for them: all, and what is written together as a phrase.

    Empty where there is no word in them.
    """
    return " AND ".join(f'"{_asked(run)}"' for run in _runs(words))


def _said(record: Record, fields: Iterable[str]) -> Iterator[str]:
    for name in fields:
        value = getattr(record, name)
        yield from value if isinstance(value, tuple) else (value,)


def _cut(texts: Iterable[str]) -> str:
    """Return texts as words with spaces between.

    A phrase is of pairs, and a text of pairs ends with single characters: none reaches into the
    next text.
    """
    return " ".join(_stored(run) for text in texts for run in _runs(text))


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _stored(run: str) -> str:
    if not _IS_CJK.match(run):
        return run
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return " ".join([*pairs, run[-1], *run])


def _asked(run: str) -> str:
    if not _IS_CJK.match(run) or len(run) == 1:
        return run
    return " ".join(run[at : at + 2] for at in range(len(run) - 1))


def _row(id: str) -> int:
    """Return the number of a document in its index: 63 bits of a hash."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], "big") >> 1
