"""What can go wrong when documents are stored and found.

StoreError
├── NotFound        no such document
├── Conflict        the document changed since it was read, or exists already
├── Ambiguous       a shortened id fits several documents
├── InvalidQuery    a field that the document doesn't have, or a cursor of another query
├── IncompatibleData   written by a newer version of the program
├── Outdated        written by an older version, and not yet migrated
├── MappingConflict  the server holds an index of another form
└── Unavailable     the service or disk behind the store does not answer
    ├── AccessDenied    it refuses the credentials, or what they may do
    ├── StorageFull     it takes no more, because its disks are full
    ├── ShardsMissing   it lost or has not yet found parts of an index
    ├── Damaged         what it holds is not what was put there
    ├── UnsupportedVersion  this program doesn't work with its version
    └── Rejected        it takes not all of what it is given
"""

from __future__ import annotations


class StoreError(Exception):
    """A document could not be stored or found."""


class NotFound(StoreError):
    """No document of this kind has this id."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"{kind} {id}: not found")
        self.kind = kind
        self.id = id


class Conflict(StoreError):
    """The document changed since it was read, or exists although it had to be new."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"{kind} {id}: changed meanwhile, or exists already")
        self.kind = kind
        self.id = id


class Ambiguous(StoreError):
    """A shortened id fits several documents."""

    def __init__(self, kind: str, prefix: str, ids: tuple[str, ...]) -> None:
        super().__init__(f"{kind} {prefix}: fits {', '.join(ids)}")
        self.kind = kind
        self.prefix = prefix
        self.ids = ids


class InvalidQuery(StoreError):
    """The query names a field the document doesn't have, or a cursor that isn't its own."""


class IncompatibleData(StoreError):
    """The data was written by a newer version of the program."""

    def __init__(self, where: str, found: int, known: int) -> None:
        super().__init__(f"{where}: schema {found}, this program knows {known}")
        self.where = where
        self.found = found
        self.known = known


class Outdated(StoreError):
    """The data was written by an older version of the program; `marque index migrate` renews it."""

    def __init__(self, where: str, found: int, known: int) -> None:
        super().__init__(
            f"{where}: schema {found}, this program writes {known}; run `marque index migrate`"
        )
        self.where = where
        self.found = found
        self.known = known


class MappingConflict(StoreError):
    """The server holds an index that doesn't take this program's documents."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class Unavailable(StoreError):
    """The service or the disk behind the store does not answer."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class AccessDenied(Unavailable):
    """The service refuses the credentials, or what they are used for."""


class StorageFull(Unavailable):
    """The service takes no more documents, because its disks are full."""


class ShardsMissing(Unavailable):
    """Parts of an index are lost, or not yet found after a start: the index is red."""


class Damaged(Unavailable):
    """What the service holds is not what was put there."""


class UnsupportedVersion(Unavailable):
    """This program doesn't work with the service's version."""


class Rejected(Unavailable):
    """The service takes not all of what it is given."""
