"""Chromaprint by libchromaprint where that is installed, else by ours, which makes the same."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import structlog

from fingerprints.audio.chromaprint import SAMPLE_RATE, Chroma

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

log = structlog.get_logger()

_TRIAL: Final = (np.arange(6 * SAMPLE_RATE) ** 2 // 31 % 40_000 - 20_000).astype(np.int16)
"""A tone that rises through all pitches again and again."""


class Gatherer(Protocol):
    """Makes the items of mono samples at 11,025 Hz that come in blocks."""

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Take the next samples."""

    def items(self) -> NDArray[np.uint32]:
        """(n,) the fingerprint of all samples; nothing can be fed afterwards."""


class LibraryChroma:
    """Has the library make a fingerprint; raises `ImportError` where it isn't installed."""

    def __init__(self) -> None:
        import chromaprint  # noqa: PLC0415 - it loads the library

        self._decoded: Callable[[bytes], tuple[list[int], int]] = chromaprint.decode_fingerprint
        self._maker: Any = chromaprint.Fingerprinter(chromaprint.Fingerprinter.ALGORITHM_TEST2)
        self._maker.start(SAMPLE_RATE, 1)

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Take the next samples."""
        self._maker.feed(samples.tobytes())

    def items(self) -> NDArray[np.uint32]:
        """(n,) the fingerprint of all samples; nothing can be fed afterwards."""
        return np.array(self._decoded(self._maker.finish())[0], np.uint32)


@cache
def gatherer() -> type[Gatherer]:
    """Return what makes fingerprints: the library, if it is there and does what it should."""
    try:
        if np.array_equal(made_by(LibraryChroma, _TRIAL), made_by(Chroma, _TRIAL)):
            return LibraryChroma
    except ImportError as error:
        log.debug("libchromaprint_not_found", reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a library of that name may do
        log.warning("libchromaprint_broken", reason=repr(error))
    else:
        log.warning("libchromaprint_broken", reason="its fingerprints are other ones")
    return Chroma


def made_by(kind: type[Gatherer], sound: NDArray[np.int16]) -> NDArray[np.uint32]:
    """(n,) the fingerprint of mono samples at 11,025 Hz."""
    made = kind()
    made.feed(sound)
    return made.items()
