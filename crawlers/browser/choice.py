"""Which pages are shown: by how they look, and by what showing others of their site gained."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.browser.suspicion import Suspicion
from index.documents import Rendering

if TYPE_CHECKING:
    from crawlers.browser.looking import Look

_MOST_SITES: Final = 5_000
_WITHOUT_GAIN: Final = {
    Suspicion.DRAWN: 3,
    Suspicion.SHELL: 3,
    Suspicion.HINTS: 2,
    Suspicion.NONE: 1,
}
"""After how many pages that gained nothing the like of them are left alone."""
_TRIED_AGAIN: Final = 50
_LONGEST: Final = 1_600

_MORE_CHARACTERS: Final = 200
_MORE_SHARE: Final = 0.2
_MORE_LINKS: Final = 5
_MORE_PICTURES: Final = 3


@dataclass(slots=True)
class _Experience:
    """What showing pages of one site that look alike brought.

    `barren` pages in a row gained nothing; `passed` were left alone since, of `rest` that are.
    """

    barren: int = 0
    passed: int = 0
    rest: int = _TRIED_AGAIN
    trying: bool = False


class Choice:
    """Chooses for a crawl. Remembers for as many sites as it may, least used forgotten first."""

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._sites: OrderedDict[tuple[str, Suspicion], _Experience] = OrderedDict()

    def wants(self, site: str, suspicion: Suspicion) -> bool:
        """Whether a page shall be shown; then `learn` is to be told what it gained.

        Of pages that look complete one is tried at a time, and none after one that gained nothing,
        until enough of them have passed.
        """
        if self._rendering is not Rendering.AUTO:
            return self._rendering is Rendering.ALWAYS
        known = self._known(site, suspicion)
        if known.barren < _WITHOUT_GAIN[suspicion]:
            if suspicion is Suspicion.NONE and known.trying:
                return False
            known.trying = True
            return True
        known.passed += 1
        if known.passed < known.rest:
            return False
        known.passed, known.rest = 0, min(2 * known.rest, _LONGEST)
        return True

    def learn(self, site: str, suspicion: Suspicion, *, gained: bool | None) -> None:
        """Remember what showing a page gained; None when it could not be shown."""
        known = self._known(site, suspicion)
        known.trying = False
        if gained:
            known.barren, known.passed, known.rest = 0, 0, _TRIED_AGAIN
        elif gained is not None:
            known.barren += 1

    def _known(self, site: str, suspicion: Suspicion) -> _Experience:
        known = self._sites.setdefault((site, suspicion), _Experience())
        self._sites.move_to_end((site, suspicion))
        while len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
        return known


def gains(before: Look, after: Look) -> bool:
    """Tell whether a reader got more of a page when it was shown."""
    characters = len(after.text) - len(before.text)
    links = len(after.links - before.links)
    pictures = len(after.pictures - before.pictures)
    return (
        characters >= max(_MORE_CHARACTERS, _MORE_SHARE * len(before.text))
        or (bool(after.text) and not before.text)
        or links >= max(_MORE_LINKS, _MORE_SHARE * len(before.links))
        or pictures >= max(_MORE_PICTURES, _MORE_SHARE * len(before.pictures))
    )
