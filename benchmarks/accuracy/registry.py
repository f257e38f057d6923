"""The registry of a run: originals registered and copies matched as the command line does it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from console.cli.batch import answers
from console.files import (
    FileToMatch,
    FileToRegister,
    Matched,
    MatcherSource,
    Registered,
    RegistrarSource,
)
from crawlers.plan import ExaminationLimits
from index.documents import WorkKind
from index.registration import WorkFacts
from index.store import StoreLocation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.accuracy.suite import Original
    from crawlers.errors import CrawlError

KINDS: Final[dict[str, WorkKind]] = {
    "app": WorkKind.SOFTWARE,
    "audio": WorkKind.MUSIC,
    "image": WorkKind.IMAGE,
    "layout": WorkKind.LITERATURE,
    "pages": WorkKind.COMIC,
    "text": WorkKind.LITERATURE,
    "video": WorkKind.VIDEO,
}
_HOLDER: Final = "benchmark"


@dataclass(frozen=True, slots=True)
class Registry:
    """A store in a folder, used through the same limited processes as `marque` uses."""

    data: Path
    threshold: float = 0.5
    limits: ExaminationLimits = field(default_factory=lambda: ExaminationLimits(time_s=600.0))
    jobs: int = os.cpu_count() or 1

    def register(self, originals: Sequence[Original], modality: str) -> Iterator[Registered]:
        """Register each original as a work titled by its name; yield what came of it, in order."""
        facts = (
            WorkFacts(category=KINDS[modality], title=one.name, holder=_HOLDER) for one in originals
        )
        files = [
            FileToRegister(path=one.path.absolute(), facts=fact, actor=_HOLDER)
            for one, fact in zip(originals, facts, strict=True)
        ]
        return answers(
            files,
            RegistrarSource(StoreLocation(self.data), self.limits.files),
            _not_registered,
            takes=FileToRegister,
            gives=Registered,
            jobs=self.jobs,
            limits=self.limits,
        )

    def match(self, copies: Sequence[Path]) -> Iterator[Matched]:
        """Match each copy; yield what the registry says, in order."""
        return answers(
            [FileToMatch(path=copy.absolute()) for copy in copies],
            MatcherSource(StoreLocation(self.data), self.limits.files, self.threshold),
            _not_matched,
            takes=FileToMatch,
            gives=Matched,
            jobs=self.jobs,
            limits=self.limits,
        )


def _not_registered(file: FileToRegister, error: CrawlError) -> Registered:
    return Registered(path=file.path, error=error.code, reason=error.reason)


def _not_matched(file: FileToMatch, error: CrawlError) -> Matched:
    return Matched(path=file.path, error=error.code, reason=error.reason)
