"""Works: what is protected, and the media it is recognised by."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from index.documents.record import Meaning, Moment, Piece, Record, content_id


class WorkKind(StrEnum):
    """The categories of works that are monitored."""

    LITERATURE = "literature"
    MUSIC = "music"
    VIDEO = "video"
    GAME = "game"
    COMIC = "comic"
    SOFTWARE = "software"
    STANDARD = "standard"
    IMAGE = "image"


class Identifier(Piece):
    """A number that some registry gave the work, as written and as normalised."""

    scheme: str
    raw: str
    value: str
    checked: Literal["format", "checksum", "registry-confirmed", "unchecked"] = "unchecked"


class Medium(Piece):
    """One file of the work: a chapter, a picture, an episode.

    `extent` is its length in the modality's span unit (code points, seconds, pages). `facts` is
    what it is known by elsewhere, as `name:value`: hashes in exchange, a package's name. `within`
    is the SHA-256 of the archive that holds the file, "" where it is a file by itself.
    """

    sha256: str
    filename: str
    media_type: str
    modality: str
    version: int
    size_bytes: int
    parts: int
    extent: float
    facts: tuple[str, ...] = ()
    within: str = ""


class Work(Record):
    """A registered work."""

    kind: ClassVar[str] = "works"

    title: Annotated[str, Meaning("Title", "作品名称", "words")]
    category: Annotated[WorkKind, Meaning("Kind of work", "作品类别")]
    holder: Annotated[str, Meaning("Rights holder", "权利人")]
    aliases: Annotated[tuple[str, ...], Meaning("Other titles", "别名", "words")] = ()
    creators: Annotated[tuple[str, ...], Meaning("Authors", "作者")] = ()
    identifiers: Annotated[tuple[Identifier, ...], Meaning("Identifiers", "编号", "object")] = ()
    media: Annotated[tuple[Medium, ...], Meaning("Media", "作品样本", "object")] = ()
    registered_at: Annotated[Moment, Meaning("Registered", "登记时间", "date", ecs="@timestamp")]


def work_id(category: WorkKind, title: str, holder: str) -> str:
    """Name a work by kind, title and holder, whatever the width, case or spacing of the words."""
    return content_id("work", category.value, folded(title), folded(holder))


def folded(words: str) -> str:
    """Return words as names are compared: whatever their width, case and spacing."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
