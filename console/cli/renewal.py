"""Printing anew what an older version of a modality has printed: of works, then of sightings."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from console.cli.batch import answers, progress
from console.cli.lookback import examine_again
from console.files import FileToRenew, Registered, RenewerSource
from fingerprints.modalities import MODALITIES
from index.contract import Query
from index.documents import Work
from index.errors import NotFound
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.cli.house import House
    from index.documents import Medium

DUE: Final = (
    "an older version printed works, which match nothing: marque index rebuild --media",
    "有作品的指纹由旧版本提取，无法匹配，请运行 marque index rebuild --media",
)


def renew(house: House) -> dict[str, int]:
    """Print anew whatever isn't of this version; return how many files of each side there were.

    What is alike now becomes matches and cases. A file that is no longer kept stays as it is.
    """
    files = list(_files(house))
    with progress(house, house.say("works", "作品")) as bar:
        task = bar.add_task("", total=len(files))
        for answer in _renewed(house, files):
            bar.advance(task)
            if answer.error is not None:
                house.note(
                    f"{answer.path}: not renewed, {answer.error} ({answer.reason})",
                    f"{answer.path}：未更新，{answer.error}（{answer.reason}）",
                )
    sightings = examine_again(house, _sightings(house))
    house.store.fingerprints.tidy()
    return {"works": len(files), "sightings": sightings}


def remind(house: House) -> None:
    """Say so, if it is due."""
    if is_due(house):
        house.note(*DUE)


def is_due(house: House) -> bool:
    """Tell whether another version printed what was registered first: it matches nothing now."""
    first = house.store.records.find(Query(Work, order="registered_at")).items
    return any(_is_of_another_version(one) for stored in first for one in stored.record.media)


def _is_of_another_version(medium: Medium) -> bool:
    known = MODALITIES.get(medium.modality)
    return known is not None and medium.version != known.version


def _files(house: House) -> Iterator[FileToRenew]:
    """Yield each kept file of a work, some print of which is of another version."""
    blobs = house.store.blobs
    for stored in scan(house.store.records, Query(Work)):
        work = stored.record
        files = {
            medium.within or medium.sha256: medium.filename.split("/", 1)[0]
            for medium in work.media
            if _is_of_another_version(medium)
        }
        for digest, name in files.items():
            with suppress(NotFound):
                yield FileToRenew(
                    path=blobs.path(digest).absolute(),
                    work_id=work.id,
                    sha256=digest,
                    filename=name,
                    actor=house.settings.actor,
                )


def _renewed(house: House, files: list[FileToRenew]) -> Iterator[Registered]:
    return answers(
        files,
        RenewerSource(house.location, house.limits.files),
        Registered.refused,
        takes=FileToRenew,
        gives=Registered,
        jobs=house.settings.jobs,
        limits=house.limits,
    )


def _sightings(house: House) -> set[str]:
    """Return the ids of the sightings some print of which is of another version."""
    index = house.store.fingerprints
    return {
        owner.id
        for name, modality in MODALITIES.items()
        for owner in index.older(name, modality.version)
        if owner.side == "sighting"
    }
