"""One extractor's process, seen from outside."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Final

from crawlers.examination.confined import ConfinedProcess
from crawlers.extractors.errors import ExtractorEndless, ExtractorFailed, ExtractorsMissing
from crawlers.extractors.messages import MISSING, READY
from crawlers.extractors.worker import work

if TYPE_CHECKING:
    from crawlers.errors import CrawlError

_STARTING_S: Final = 120.0
MOST_PAGES: Final = 200
"""It is replaced then: yt-dlp leaks a little with each page."""


class ExtractorProcess(ConfinedProcess):
    """A started process; `pages` is how many it was given. Raises `ExtractorsMissing`."""

    def __init__(self) -> None:
        super().__init__(work, (), module=__name__)
        self.pages = 0
        letter, words = self.heard(_STARTING_S)
        if letter != READY:
            self.kill()
            reason = words.decode(errors="replace") if letter == MISSING else "it did not start"
            raise ExtractorsMissing(reason)

    def death(self) -> CrawlError:
        """Return what it died of."""
        code, cause = self.ended_by()
        if code == -signal.SIGXCPU:
            return ExtractorEndless("used up its processor time")
        return ExtractorFailed(cause)
