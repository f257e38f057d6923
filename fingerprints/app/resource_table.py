"""What a program says to its users: the texts of its resource table, its libraries' left out.

Formats as in AOSP's public ResourceTypes.h, with numpy a chunk at a time.
"""

from __future__ import annotations

import re
import struct
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.app import binary_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_TABLE: Final = struct.Struct("<HHI")
_PACKAGE_CHUNK, _TYPE_CHUNK = 0x0200, 0x0201
_TYPE: Final = struct.Struct("<4B2I")
_KEYS_AT: Final = 8 + 4 + 256 + 8
_SPARSE: Final = 1
_SHORT_OFFSETS: Final = 2
_NO_ENTRY: Final = 0xFFFFFFFF
_COMPLEX: Final = 1
_STRING: Final = 3
_MOST_OF_ONE: Final = 512
_MOST_ENTRIES: Final = 1 << 16
_MOST_ARRAYS: Final = 60_000
_MOST_PACKAGES: Final = 8

# Names of texts that libraries bring, in all languages: of appcompat, material, compose, play.
_LIBRARY_NAMES: Final = re.compile(
    r"abc_|mtrl_|m3_|material_|design_|androidx?[_.]|common_|com_facebook_"
    r"|exo_|cast_|firebase_|gcm_|google_|mdtp_|applovin_|preference_|v7_preference|fallback_menu"
    r"|copy_toast|expand_button|summary_collapsed|not_set|status_bar_notification_info"
    r"|search_menu_title|character_counter|bottom_?sheet|fab_transf|appbar_scroll|password_toggle"
    r"|path_password|hide_bottom_view|icon_content_desc|chip_text|clear_text_end|error_icon"
    r"|error_a11y|exposed_dropdown|item_view_role|call_notification_|close_(?:sheet|drawer)"
    r"|navigation_menu|default_(?:error_message|popup_window)|dropdown_menu|in_progress"
    r"|indeterminate|not_selected|off$|on$|selected$|switch_role|tab$|template_percent"
    r"|range_(?:start|end)|side_sheet|searchview_|searchbar_|date_picker|time_picker|date_input"
    r"|date_range|bottom_sheet|snackbar_|tooltip_|suggestions_|dialog$|state_|autofill$"
    r"|tooltip_|collapsed$|expanded$|wearable_|watermark_|native_(?:body|headline)|offline_|s\d$"
)


def strings(content: bytes) -> list[str]:
    """Return the texts that are values of resources with names of the program's own."""
    if len(content) < _TABLE.size:
        return []
    pool: list[str] = []
    own: set[int] = set()
    packages = 0
    for chunk in binary_xml.chunks(content, max(_TABLE.size, _TABLE.unpack_from(content)[1])):
        if chunk.kind == binary_xml.POOL and not pool:
            pool = binary_xml.strings(content, chunk.start)
        elif chunk.kind == _PACKAGE_CHUNK and packages < _MOST_PACKAGES:
            packages += 1
            own |= _own_values(content, chunk)
    return [
        pool[number] for number in sorted(own) if number < len(pool) and not _is_path(pool[number])
    ]


def _is_path(text: str) -> bool:
    return text.startswith("res/") or text.endswith((".xml", ".png"))


def _own_values(content: bytes, package: binary_xml.Chunk) -> set[int]:
    """Return the numbers of the strings in a package whose names aren't libraries'."""
    if package.start + _KEYS_AT + 4 > len(content):
        return set()
    (keys_at,) = struct.unpack_from("<I", content, package.start + _KEYS_AT)
    keys = binary_xml.strings(content, package.start + keys_at)
    of_library = np.array([_LIBRARY_NAMES.match(key) is not None for key in keys] or [False])
    found: set[int] = set()
    kinds = (
        chunk
        for chunk in binary_xml.chunks(content, package.start + package.header, package.end)
        if chunk.kind == _TYPE_CHUNK
    )
    every = (pair for chunk in kinds for pair in _values(content, chunk))
    for names, values in islice(every, _MOST_ARRAYS):
        named = names < of_library.size
        found.update(values[named][~of_library[names[named]]].tolist())
    return found


def _values(
    content: bytes, chunk: binary_xml.Chunk
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield arrays of key numbers with those of the strings they name."""
    if chunk.start + 20 > chunk.end:
        return
    _, flags, _, _, count, entries_at = _TYPE.unpack_from(content, chunk.start + 8)
    area = np.frombuffer(content, np.uint8)[chunk.start : chunk.end]
    offsets = _offsets(area[chunk.header :], count, flags) + entries_at
    offsets = offsets[offsets + 16 <= area.size]
    kinds = _number(area, offsets + 2, 2)
    names = _number(area, offsets + 4, 4)
    plain = kinds & _COMPLEX == 0
    is_text = plain & (area[offsets + 11] == _STRING)
    yield names[is_text], _number(area, offsets[is_text] + 12, 4)
    for offset, name in zip(offsets[~plain].tolist(), names[~plain].tolist(), strict=True):
        values = _map_values(area, offset)
        yield np.full(values.size, name), values


def _offsets(area: NDArray[np.uint8], count: int, flags: int) -> NDArray[np.int64]:
    """(n,) where entries lie, from where they begin."""
    if flags & _SHORT_OFFSETS:
        short = _column(area, count, "<u2")
        return np.asarray(short[short != 0xFFFF] * 4, np.int64)  # noqa: PLR2004 (no entry, in 16 bits)
    wide = _column(area, count, "<u4")
    if flags & _SPARSE:
        return np.asarray((wide >> 16) * 4, np.int64)
    return np.asarray(wide[wide != _NO_ENTRY], np.int64)


def _column(area: NDArray[np.uint8], count: int, kind: str) -> NDArray[np.int64]:
    width = np.dtype(kind).itemsize
    there = min(count, area.size // width, _MOST_ENTRIES)
    return np.asarray(area[: there * width].copy().view(kind), np.int64)


def _map_values(area: NDArray[np.uint8], offset: int) -> NDArray[np.int64]:
    """(n,) numbers of the strings in an array or in a plural's forms."""
    (count,) = _number(area, np.array([offset + 12]), 4)
    places = offset + 16 + 12 * np.arange(min(count, _MOST_OF_ONE))
    places = places[places + 12 <= area.size]
    return _number(area, places[area[places + 7] == _STRING] + 8, 4)


def _number(area: NDArray[np.uint8], places: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """(n,) little-endian numbers of so many bytes."""
    found = np.zeros(places.size, np.int64)
    for byte in range(width):
        found |= area[np.minimum(places + byte, area.size - 1)].astype(np.int64) << (8 * byte)
    return found
