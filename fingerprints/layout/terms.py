"""What places of a page are looked up by: the bits of their codes that change least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.layout.letters import TERM_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.layout.letters import Letters

_REGISTERED: Final = 150  # places, best first; a copy is asked for by all of its
_MASK: Final = np.uint64((1 << TERM_BITS) - 1)


def registered(page: Letters) -> NDArray[np.int64]:
    """(n,) terms that a page is found by, at most 150."""
    return np.unique(_whole(page)[:_REGISTERED])


def asked(page: Letters) -> NDArray[np.int64]:
    """(n,) terms to look up: every place's, also with one or both of two weak bits flipped."""
    whole = _whole(page)
    first, second = (np.int64(1) << page.weakest.T.astype(np.int64)).reshape(2, -1)
    return np.unique(np.concatenate([whole, whole ^ first, whole ^ second, whole ^ first ^ second]))


def _whole(page: Letters) -> NDArray[np.int64]:
    return (page.codes & _MASK).astype(np.int64)
