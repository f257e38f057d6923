"""Dalvik's instructions: how long they are, and which of them mean the same to us.

From the public documents "Dalvik bytecode" and "Dalvik executable instruction formats" (Android
Open Source Project). Compilers and shrinkers choose freely between the forms that are joined here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

DROPPED: Final = 0
"""Kind of what says nothing: moves, jumps and what the compiler only fills in."""

_LENGTHS: Final = (
    (0x00, 1, (1, 1, 2, 3, 1, 2, 3, 1, 2, 3)),
    (0x0A, 9, (1,)),
    (0x13, 1, (2, 3, 2, 2, 3, 5, 2, 2, 3, 2, 1, 1, 2, 2, 1, 2, 2, 3, 3, 3, 1, 1, 2, 3, 3, 3)),
    (0x2D, 17, (2,)),
    (0x3E, 6, (1,)),
    (0x44, 42, (2,)),
    (0x6E, 5, (3,)),
    (0x74, 5, (3,)),
    (0x90, 32, (2,)),
    (0xD0, 19, (2,)),
    (0xFA, 1, (4, 4, 3, 3, 2, 2)),
)
# First of the joined, last of them, the kind they become.
_JOINED: Final = (
    (0x00, 0x0C, DROPPED),
    (0x0E, 0x11, 0x0E),
    (0x12, 0x19, 0x12),
    (0x1A, 0x1B, 0x1A),
    (0x24, 0x25, 0x24),
    (0x28, 0x2A, DROPPED),
    (0x32, 0x33, 0x32),
    (0x34, 0x35, 0x34),
    (0x36, 0x37, 0x36),
    (0x38, 0x39, 0x38),
    (0x3A, 0x3B, 0x3A),
    (0x3C, 0x3D, 0x3C),
    (0x3E, 0x43, DROPPED),
    (0x44, 0x4A, 0x44),
    (0x4B, 0x51, 0x4B),
    (0x52, 0x58, 0x52),
    (0x59, 0x5F, 0x59),
    (0x60, 0x66, 0x60),
    (0x67, 0x6D, 0x67),
    (0x6E, 0x70, 0x6E),
    (0x72, 0x72, 0x6E),
    (0x74, 0x76, 0x6E),
    (0x77, 0x77, 0x71),
    (0x78, 0x78, 0x6E),
    (0xE3, 0xF9, DROPPED),
)
_LITERAL_OPERATIONS: Final = ((0xD0, 8), (0xD8, 11))
_TWO_ADDRESS: Final = (0xB0, 0xCF, 0x20)


def _lengths() -> np.ndarray:
    found = np.ones(256, np.int64)
    for first, times, lengths in _LENGTHS:
        row = lengths * times
        found[first : first + len(row)] = row
    return found


def _kinds() -> np.ndarray:
    found = np.arange(256, dtype=np.uint8)
    for first, last, kind in _JOINED:
        found[first : last + 1] = kind
    first, last, shift = _TWO_ADDRESS
    found[first : last + 1] -= shift
    for first, count in _LITERAL_OPERATIONS:
        found[first : first + count] = 0x90 + np.arange(count)
    return found


def _mask(*ranges: tuple[int, int]) -> np.ndarray:
    found = np.zeros(256, bool)
    for first, last in ranges:
        found[first : last + 1] = True
    return found


LENGTHS: Final = _lengths()
"""(256,) int64: 16-bit units of an instruction, by opcode."""
KINDS: Final = _kinds()
"""(256,) uint8: what the opcode is joined with; `DROPPED` for none."""
NAMES_STRING: Final = _mask((0x1A, 0x1B))
NAMES_TYPE: Final = _mask((0x1C, 0x1C), (0x1F, 0x20), (0x22, 0x25))
NAMES_FIELD: Final = _mask((0x52, 0x6D))
NAMES_METHOD: Final = _mask((0x6E, 0x72), (0x74, 0x78), (0xFA, 0xFB))
"""(256,) bool: whether the second unit is an index into the strings, types, fields or methods."""
JUMBO_STRING: Final = 0x1B
"""The one instruction whose index has 32 bits."""
PACKED_SWITCH: Final = 0x0100
SPARSE_SWITCH: Final = 0x0200
ARRAY_DATA: Final = 0x0300
"""First units of the tables that lie among the instructions."""
