"""What goes between an extractor's process and the crawl: a letter, and JSON; never pickle."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Base64Bytes, BeforeValidator, Field

from index.documents import Failure
from index.documents.record import Piece

READY: Final = b"R"
MISSING: Final = b"M"
KNOWN: Final = b"K"
ASK: Final = b"A"
TOLD: Final = b"T"

MOST_FILMS: Final = 50
_LONGEST: Final = 300
MOST_OFFERS: Final = 200
_LONGEST_ADDRESS: Final = 8_192
_LARGEST: Final = 10**15


def _brief(said: object) -> str:
    return " ".join(said.split())[:_LONGEST] if isinstance(said, str) else ""


def _count(said: object) -> int | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return int(said) if 0 <= said < _LARGEST else None


Brief = Annotated[str, BeforeValidator(_brief)]
"""Words for people, on one line, cut; "" for what are none."""
Count = Annotated[int | None, BeforeValidator(_count)]
Address = Annotated[str, Field(max_length=_LONGEST_ADDRESS)]


class Ask(Piece):
    """A request that an extractor wants made."""

    url: Address
    method: Literal["GET", "HEAD", "POST"]
    headers: dict[str, str]
    body: Annotated[Base64Bytes, Field(max_length=256 * 1024)] = b""


class Answer(Piece):
    """What came of it; `failure` says why nothing did."""

    status: int = 0
    url: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    body: Base64Bytes = b""
    failure: str = ""


class Offer(Piece):
    """A form in which a film or song is offered; `bits_s` and `height` are 0 where not said."""

    url: Address
    is_list: bool = False
    height: int = Field(default=0, ge=0)
    bits_s: int = Field(default=0, ge=0)
    has_pictures: bool = True
    has_sound: bool = True


class Film(Piece):
    """A film or song as its site tells of it. `uploaded` is YYYY-MM-DD, "" where it isn't said."""

    title: Brief = ""
    artist: Brief = ""
    uploader: Brief = ""
    uploader_id: Brief = ""
    uploader_url: Brief = ""
    uploaded: Annotated[str, Field(pattern=r"^(?:\d{4}-\d\d-\d\d)?$")] = ""
    seconds: Count = None
    views: Count = None
    likes: Count = None
    comments: Count = None
    offers: Annotated[tuple[Offer, ...], Field(max_length=MOST_OFFERS)] = ()


class Told(Piece):
    """What an extractor says of a page. `extractor` is "" where none knows it.

    `pages` are those that a list leads to.
    """

    extractor: Brief = ""
    films: Annotated[tuple[Film, ...], Field(max_length=MOST_FILMS)] = ()
    pages: Annotated[tuple[Address, ...], Field(max_length=MOST_FILMS)] = ()
    failure: Failure | None = None
