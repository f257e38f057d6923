"""A case as one HTML file: addresses, passages side by side, pictures with what corresponds."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from console.places import place
from fingerprints.media_type import sniff
from index.errors import NotFound

if TYPE_CHECKING:
    from cases.dossier import Dossier, Exhibit
    from index.documents import Match, Span
    from index.store import Store

_SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
"""What a browser shows and no script can hide in."""
_HEAD_BYTES = 4096
_MOST_PICTURES = 20
_MOST_SCREENSHOTS = 12
_PICTURED = frozenset({"image", "layout"})


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a data URL, with the region that corresponds, in percent of its sides."""

    source: str
    region: Box | None


@dataclass(frozen=True, slots=True)
class PicturePair:
    """The copy beside the work; None where the bytes can't be shown. Of pages it is said which."""

    copy: Picture | None
    work: Picture | None
    copy_page: str = ""
    work_page: str = ""


def case_report(store: Store, dossier: Dossier) -> str:
    """Return a self-contained HTML page in Chinese and English; everything found is escaped."""
    environment = Environment(
        loader=PackageLoader("console.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("case.html").render(
        case=dossier.case,
        work=dossier.work,
        exhibits=[
            (exhibit, [(match, _pictures(store, exhibit, match)) for match in exhibit.matches])
            for exhibit in dossier.exhibits
        ],
        screenshots=_screenshots(store, dossier),
        place=place,
        events=dossier.events,
    )


def _screenshots(store: Store, dossier: Dossier) -> dict[str, Picture | None]:
    """Return the first pages' screenshots by their digests, each once."""
    pages = (exhibit.page for exhibit in dossier.exhibits)
    taken = dict.fromkeys(page.screenshot for page in pages if page and page.screenshot)
    return {digest: _picture(store, digest, None) for digest in islice(taken, _MOST_SCREENSHOTS)}


def _pictures(store: Store, exhibit: Exhibit, match: Match) -> list[PicturePair]:
    """Return the first spans as pictures, in their order; none where there is nothing to see."""
    payload = exhibit.sighting.payload
    if match.modality not in _PICTURED or payload is None:
        return []
    pairs = [_pair(store, payload, match, span) for span in match.spans[:_MOST_PICTURES]]
    return pairs if any(pair.copy or pair.work for pair in pairs) else []


def _pair(store: Store, payload: str, match: Match, span: Span) -> PicturePair:
    return PicturePair(
        _picture(store, span.copy_picture or payload, span.copy_region),
        _picture(store, span.work_picture or span.medium, span.work_region),
        place(match.modality, span.copy_span) if span.copy_picture else "",
        place(match.modality, span.work_span) if span.work_picture else "",
    )


def _picture(store: Store, digest: str, region: Box | None) -> Picture | None:
    try:
        with store.blobs.open(digest) as source:
            content = source.read()
    except NotFound:
        return None
    media_type = sniff(content[:_HEAD_BYTES])
    if media_type not in _SHOWN:
        return None
    return Picture(f"data:{media_type};base64,{b64encode(content).decode()}", _box(region))


def _box(
    region: Box | None,
) -> Box | None:
    """Return left, top, width and height in percent."""
    if region is None:
        return None
    left, top, right, bottom = region
    return left * 100, top * 100, (right - left) * 100, (bottom - top) * 100
