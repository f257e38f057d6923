"""Whether the text of an element is seen, by what its styles say and what it inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PIL import ImageColor

from fingerprints.text.stylesheet import family_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    Colour = tuple[int, ...]

_LENGTH: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|ch|%|vw|vh|in|cm)?")
_PIXELS: Final = {"px": 1.0, "pt": 1.33, "in": 96.0, "cm": 38.0, "vw": 10.0, "vh": 8.0}
_EM: Final = 16.0
_TINY_PX: Final = 2.0
_FAR_PX: Final = 500.0
_FAINT: Final = 0.06
_CLIPPED: Final = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0"
)
_FADED: Final = re.compile(r"opacity\(\s*0?\.?0*%?\s*\)")
_SHIFTED: Final = re.compile(r"translate[xy3d]*\(\s*(-?\d+)px(?:\s*,\s*(-?\d+)px)?")
_SHRUNK: Final = re.compile(r"scale[xy3d]*\(\s*0?\.?0*\s*[,)]")
_FONT_SIZE: Final = re.compile(r"(?:^|\s)([\d.]+(?:px|pt|em|rem|%)?)(?:/\S+)?\s+(\S.*)$")
_RELATIVE: Final = frozenset({"em", "%", "ex", "ch"})
_NEAR_COLOUR: Final = 6
BLACK: Final = (0, 0, 0)
WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks in an element. `ground` None: a picture, or a colour that isn't known."""

    is_hidden: bool = False
    is_tiny: bool = False
    colour: Colour | None = BLACK
    ground: Colour | None = WHITE
    families: tuple[str, ...] = ()

    @property
    def is_blended(self) -> bool:
        """Whether the letters have the colour of what is behind them."""
        if self.colour is BLACK and self.ground is WHITE:
            return False  # as nearly everywhere
        if self.colour is None or self.ground is None:
            return False
        if len(self.colour) > 3 and self.colour[3] == 0:  # noqa: PLR2004 - red, green, blue, alpha
            return True
        pairs = zip(self.colour[:3], self.ground[:3], strict=True)
        return max(abs(one - other) for one, other in pairs) <= _NEAR_COLOUR


def inherited(look: Look, styles: Mapping[str, str]) -> Look:
    """How text looks in an element with these styles within one that looks so."""
    changes: dict[str, object] = {}
    visibility = styles.get("visibility", "")
    if visibility in {"hidden", "collapse"}:
        changes["is_hidden"] = True
    elif visibility == "visible":
        changes["is_hidden"] = False
    size, families = _font(styles)
    if size is not None:
        changes["is_tiny"] = _is_tiny(size, inherited=look.is_tiny)
    if families is not None:
        changes["families"] = families
    if colour := styles.get("-webkit-text-fill-color") or styles.get("color"):
        changes["colour"] = look.colour if colour in {"inherit", "unset"} else _colour(colour)
    ground = styles.get("background-color") or styles.get("background")
    if ground:
        changes["ground"] = _ground(ground, look.ground)
    return replace(look, **changes) if changes else look  # type: ignore[arg-type]


def is_removed(styles: Mapping[str, str]) -> bool:
    """Whether an element and all in it are not seen, wherever they are."""
    if styles.get("display") == "none":
        return True
    if (opacity := _number(styles.get("opacity", ""))) is not None and opacity < _FAINT:
        return True
    if _CLIPPED.search(styles.get("clip", "") + styles.get("clip-path", "")):
        return True
    transform = styles.get("transform", "")
    if _FADED.search(styles.get("filter", "")) or _SHRUNK.search(transform):
        return True
    return _is_far(styles, transform) or _is_squeezed(styles)


def _is_far(styles: Mapping[str, str], transform: str) -> bool:
    if shifted := _SHIFTED.search(transform):
        return any(abs(int(one[:9])) >= _FAR_PX for one in shifted.groups() if one)
    names = ["text-indent", "margin-left"]
    if styles.get("position") in {"absolute", "fixed", "relative"}:
        names += ["left", "top", "right", "bottom"]
    lengths = (_pixels(styles.get(name, "")) for name in names)
    return any(one is not None and one <= -_FAR_PX for one in lengths)


def _is_squeezed(styles: Mapping[str, str]) -> bool:
    """Whether the box is too small for any letter, and what runs over is cut."""
    if "hidden" not in styles.get("overflow", "") and "clip" not in styles.get("overflow", ""):
        return False
    sides = (styles.get(name, "") for name in ("width", "height", "max-width", "max-height"))
    return any((one := _pixels(side)) is not None and one <= _TINY_PX for side in sides)


def _font(styles: Mapping[str, str]) -> tuple[str | None, tuple[str, ...] | None]:
    """Size and families, of `font` too; None where they are left alone."""
    size, written = styles.get("font-size"), styles.get("font-family")
    if font := styles.get("font"):
        found = _FONT_SIZE.search(font)
        size = size or (found[1] if found else None)
        written = written or (found[2] if found else None)
    families = None
    if written and written not in {"inherit", "unset"}:
        families = tuple(family_name(one) for one in written.split(","))
    return size, families


def _is_tiny(size: str, *, inherited: bool) -> bool:
    found = _LENGTH.fullmatch(size)
    if found is None:
        return inherited and size in {"inherit", "unset", "smaller", "larger"}
    pixels = _pixels(size)
    is_small = pixels is not None and pixels < _TINY_PX
    return is_small or (inherited and found[2] in _RELATIVE)


def _pixels(length: str) -> float | None:
    found = _LENGTH.fullmatch(length)
    if found is None:
        return None
    unit = _PIXELS.get(found[2] or "px", _EM if found[2] != "%" else _EM / 100)
    return float(found[1]) * unit


def _number(written: str) -> float | None:
    found = _LENGTH.fullmatch(written)
    if found is None or found[2] not in {None, "%"}:
        return None
    return float(found[1]) / (100 if found[2] else 1)


def _ground(written: str, behind: Colour | None) -> Colour | None:
    if written in {"none", "transparent", "inherit", "unset", "initial", "0 0"}:
        return behind
    if "url(" in written or "gradient(" in written:
        return None
    colours = (_colour(one) for one in written.split(" "))
    found = next((one for one in colours if one is not None), None)
    return behind if found is not None and len(found) > 3 and found[3] == 0 else found  # noqa: PLR2004


def _colour(written: str) -> Colour | None:
    if written == "transparent":
        return (0, 0, 0, 0)
    try:
        return ImageColor.getrgb(written)
    except ValueError:
        return None
