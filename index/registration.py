"""Registration: a file becomes a medium of a work, kept and indexed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from fingerprints.contained import Contained
from fingerprints.digest import extended, known_hashes
from fingerprints.extraction import facts_of
from fingerprints.modalities import DIGEST
from index.changing import change_or_create
from index.contract import OwnerId
from index.documents import (
    Identifier,
    Medium,
    Piece,
    Work,
    WorkKind,
    event,
    now,
    work_id,
)
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic import JsonValue

    from fingerprints.contract import Fingerprint
    from fingerprints.extraction import Extraction
    from index.documents import Event
    from index.store import Store

T = TypeVar("T")


class WorkFacts(Piece):
    """What a rights holder says of a work."""

    category: WorkKind
    title: str
    holder: str
    aliases: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


def register(
    store: Store, facts: WorkFacts, path: Path, extraction: Extraction, *, actor: str
) -> Work:
    """Add a file to the work that the facts name, making the work when it isn't there.

    `extraction` is the file's; what is printed of an archive's members are media of their own.
    Again changes nothing. Several processes may add at once.
    """
    with path.open("rb") as source:
        digest = store.blobs.put_file(source)
    id = work_id(facts.category, facts.title, facts.holder)
    identifiers = (*_identifiers(store, id), *facts.identifiers)
    media = _indexed(store, id, digest, readable_name(path.name), extraction, identifiers)
    return _merge(store, id, facts, media, actor)


def renew(
    store: Store, id: str, digest: str, filename: str, extraction: Extraction, *, actor: str
) -> Work:
    """Print a kept file of a work anew, as newer modalities do. Raises `NotFound`.

    `digest` and `filename` are of the file by itself, an archive for instance.
    """
    work = store.records.get(Work, id).record
    media = _indexed(store, id, digest, filename, extraction, work.identifiers)
    facts = WorkFacts(category=work.category, title=work.title, holder=work.holder)
    return _merge(store, id, facts, media, actor)


def _indexed(
    store: Store,
    id: str,
    digest: str,
    name: str,
    extraction: Extraction,
    identifiers: Iterable[Identifier],
) -> tuple[Medium, ...]:
    """Index all prints of a kept file, and return the media that they are of.

    Identifiers that are hashes, of a known copy for instance, are looked up as the file's own are.
    """
    also = known_hashes(f"{one.scheme}:{one.value}" for one in identifiers)
    whole = Contained(
        path="",
        sha256=digest,
        media_type=extraction.media_type,
        size_bytes=store.blobs.path(digest).stat().st_size,
        prints=extraction.prints,
    )
    media: list[Medium] = []
    for file in (whole, *extraction.members):
        for one in file.prints:
            looked_up = extended(one, also) if one.modality == DIGEST else one
            store.fingerprints.add(OwnerId("work", id, file.sha256), looked_up)
            media.append(_medium(file, one, name, "" if file is whole else digest))
    return tuple(media)


def _identifiers(store: Store, id: str) -> tuple[Identifier, ...]:
    """Return what the work has been known by so far."""
    try:
        return store.records.get(Work, id).record.identifiers
    except NotFound:
        return ()


def _medium(file: Contained, print_: Fingerprint, name: str, within: str) -> Medium:
    return Medium(
        sha256=file.sha256,
        filename=f"{name}/{file.path}" if within else name,
        media_type=file.media_type,
        modality=print_.modality,
        version=print_.version,
        size_bytes=file.size_bytes,
        parts=len(print_.parts),
        extent=print_.extent,
        facts=facts_of(print_),
        within=within,
    )


def readable_name(name: str) -> str:
    """Return a file's name as text; names in GBK, as old archives have them, are read as such."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def withdraw(store: Store, id: str, *, actor: str) -> Work:
    """Take a work out of the registry: nothing is matched with it any more. Raises `NotFound`.

    Its cases and the kept files stay: they are evidence.
    """
    stored = store.records.get(Work, id)
    store.fingerprints.remove("work", id)
    store.records.append(_event("work_removed", stored.record, actor, {}))
    store.records.delete(Work, id, expect=stored.version)
    return stored.record


def _merge(store: Store, id: str, facts: WorkFacts, media: tuple[Medium, ...], actor: str) -> Work:
    digests: list[JsonValue] = [medium.sha256 for medium in media]

    def step(old: Work | None) -> tuple[Work, tuple[Event]]:
        new = _with(old or _unregistered(id, facts), facts, media)
        return new, (_event("work_registered", new, actor, {"media": digests}),)

    return change_or_create(store.records, Work, id, step)


def _unregistered(id: str, facts: WorkFacts) -> Work:
    return Work(
        id=id,
        title=facts.title,
        category=facts.category,
        holder=facts.holder,
        registered_at=now(),
    )


def _with(work: Work, facts: WorkFacts, media: tuple[Medium, ...]) -> Work:
    """Return the work with facts and media added; a newer print of a medium replaces the old."""
    replaced = {(medium.sha256, medium.modality) for medium in media}
    kept = tuple(one for one in work.media if (one.sha256, one.modality) not in replaced)
    return work.model_copy(
        update={
            "aliases": _union(work.aliases, facts.aliases),
            "creators": _union(work.creators, facts.creators),
            "identifiers": _union(work.identifiers, facts.identifiers),
            "media": work.media if set(media) <= set(work.media) else kept + media,
        }
    )


def _union(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    return old + tuple(item for item in new if item not in old)


def _event(verb: str, work: Work, actor: str, details: dict[str, JsonValue]) -> Event:
    told: dict[str, JsonValue] = {"title": work.title, "holder": work.holder, **details}
    return event(verb, work, at=now(), actor=actor, details=told)
