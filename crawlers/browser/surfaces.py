"""Surfaces: the pictures that a reader looks at, those with no address taken as they are shown.

Pages draw pictures on a canvas, or lay them out in tiles, put in order by their own scripts. What
comes out is what any visitor sees; it is photographed, and nothing else is done about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawlers.browser.snapshot import Surface

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ask = Callable[[str], Awaitable[Any]]
    Photograph = Callable[[dict[str, float], dict[str, Any]], Awaitable[bytes]]

_LEAST: Final = 160
"""CSS pixels of both sides: what is smaller is a button or an avatar."""
_MOST: Final = 200
_LARGEST: Final = 3.0
_PIXELS: Final = 8_000_000
_HIGHEST: Final = 16_000
_ALL_BYTES: Final = 32 * 2**20
_FORM: Final = {"format": "jpeg", "quality": 92}


async def taken(
    ask: Ask, photograph: Photograph, left_s: Callable[[], float]
) -> tuple[Surface, ...]:
    """Return a page's surfaces, as many as there is time to take.

    Each is photographed as large as its picture is, as far as that isn't beyond measure.
    """
    found: list[Surface] = []
    size_bytes = 0
    for told in await ask(f"surfaces({_LEAST}, {_MOST})"):
        left, top, width, height = (float(told[name]) for name in _PLACE)
        body = b""
        if told["kind"] != "picture":
            if left_s() <= 0 or size_bytes > _ALL_BYTES:
                break
            body = await photograph(_area(told), _FORM)
            size_bytes += len(body)
        found.append(
            Surface(
                kind=str(told["kind"]),
                url=str(told["url"]),
                left=left,
                top=top,
                width=width,
                height=height,
                body=body,
            )
        )
    return tuple(found)


_PLACE: Final = ("left", "top", "width", "height")


def _area(told: dict[str, Any]) -> dict[str, float]:
    width, height = float(told["width"]), min(float(told["height"]), _HIGHEST)
    most = (_PIXELS / (width * height)) ** 0.5
    scale = min(max(float(told["scale"]), 1.0), _LARGEST, most)
    place = {"x": float(told["left"]), "y": float(told["top"])}
    return {**place, "width": width, "height": height, "scale": scale}
