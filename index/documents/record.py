"""What all documents have in common, and how their fields are described: once, here."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

Search = Literal["keyword", "words", "date", "number", "flag", "object", "stored"]
"""How a field can be searched: exactly, by words, by range, by range, as true or false, by its
own fields, or not at all (kept and shown only)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field says, in both languages, and how it can be searched.

    `ecs` is the name that the Elastic Common Schema has for the same fact.
    """

    english: str
    chinese: str
    search: Search = "keyword"
    ecs: str | None = None


Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A point in time, always in UTC."""


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """Return a moment as it is stored: in UTC, to the microsecond, so that it sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Piece(BaseModel):
    """A value inside a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(Piece):
    """A stored document. `kind` names its index or table and is never renamed."""

    kind: ClassVar[str]

    id: Annotated[str, Meaning("Identifier", "标识")]

    @classmethod
    def meanings(cls) -> dict[str, Meaning]:
        """Return each field's meaning, in the order of the fields."""
        return {
            name: next(m for m in field.metadata if isinstance(m, Meaning))
            for name, field in cls.model_fields.items()
        }


def worded(kind: type[Record]) -> list[str]:
    """Return the fields of a kind of document that are searched by words."""
    return [name for name, meaning in kind.meanings().items() if meaning.search == "words"]


def content_id(*facts: str) -> str:
    """Derive an id from the facts that make a thing itself: 20 characters, 100 bits of SHA-256.

    The facts are framed by their lengths, so that ("ab", "c") and ("a", "bc") differ.
    """
    framed = b"".join(b"%d:%s" % (len(raw), raw) for raw in (fact.encode() for fact in facts))
    return b32encode(hashlib.sha256(framed).digest())[:20].decode().lower()
