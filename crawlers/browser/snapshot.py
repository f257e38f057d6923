"""A snapshot: what a page was when it was shown, and how that was kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from crawlers.spiders.streaming.media_names import kind_of

if TYPE_CHECKING:
    from datetime import datetime

    from index.blobs import Blobs
    from index.documents import Failure

SHOWN: Final = "marque_shown"
"""Where a request's meta has what was `Shown` of it."""
_MEDIUM: Final = "media"
"""The browser's kind of what `video` and `audio` elements ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a page could see of the browser: the same page sees the same, wherever it is shown."""

    browser: str
    user_agent: str
    width: int
    height: int
    scale: int
    locale: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that the page made. `outcome` is "ok", or why nothing came, by name."""

    method: str
    url: str
    kind: str
    outcome: str
    status: int = 0
    size_bytes: int = 0
    capture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A picture that a reader looks at: `left` … `height` are where, in CSS pixels.

    `kind` "picture" is at `url`; "canvas", which scripts drew, and "tiles", which lie beside each
    other, are at no address: `body` is a JPEG of them, as they were shown. `digest` is its SHA-256
    once it is kept.
    """

    kind: str
    url: str
    left: float
    top: float
    width: float
    height: float
    body: bytes = b""
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a marked element is shown, in pixels of the page; `mark` is its attribute's value."""

    mark: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A page as it was shown.

    `dom` is its markup when it had settled, shadow trees and frames of its own site in place.
    `screenshot` is a PNG, or a JPEG where that would be too large or slow; None when none was
    wanted or could be taken. `left_for` are addresses that its scripts wanted to go to. `asked` are
    its requests as they were answered, `unlisted` how many more there were. `boxes` are where the
    elements are that were asked for.
    """

    url: str
    seen_at: datetime
    dom: str
    screenshot: bytes | None
    environment: Environment
    asked: tuple[Asked, ...]
    unlisted: int
    left_for: tuple[str, ...]
    seconds: float
    surfaces: tuple[Surface, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Digests (SHA-256) of what is kept of a snapshot, or why there is none.

    `record` is of JSON: environment, requests and when it was. `played` are the addresses that
    `played_in` tells.
    """

    dom: str | None = None
    screenshot: str | None = None
    record: str | None = None
    failure: Failure | None = None
    left_for: tuple[str, ...] = ()
    played: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()


def played_in(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the films, songs and lists of segments that a page asked for, fetched or not."""
    wanted = (
        one.url for one in snapshot.asked if one.kind == _MEDIUM or kind_of(one.url) == "stream"
    )
    return tuple(dict.fromkeys(wanted))


def keep(snapshot: Snapshot, blobs: Blobs) -> Shown:
    """Keep a snapshot. Blocks; raises `Unavailable`."""
    dom = blobs.put(snapshot.dom.encode("utf-8", "replace"))
    screenshot = blobs.put(snapshot.screenshot) if snapshot.screenshot else None
    surfaces = tuple(
        replace(one, body=b"", digest=blobs.put(one.body)) if one.body else one
        for one in snapshot.surfaces
    )
    record = {
        "url": snapshot.url,
        "seen_at": snapshot.seen_at.isoformat(),
        "dom": dom,
        "screenshot": screenshot,
        "environment": asdict(snapshot.environment),
        "left_for": snapshot.left_for,
        "unlisted": snapshot.unlisted,
        "asked": [asdict(one) for one in snapshot.asked],
        "surfaces": [_told(one) for one in surfaces],
    }
    return Shown(
        dom=dom,
        screenshot=screenshot,
        record=blobs.put(json.dumps(record, ensure_ascii=False, indent=1).encode()),
        left_for=snapshot.left_for,
        played=played_in(snapshot),
        surfaces=surfaces,
    )


def _told(surface: Surface) -> dict[str, Any]:
    return {name: said for name, said in asdict(surface).items() if name != "body"}
