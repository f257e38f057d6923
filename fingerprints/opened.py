"""What was found out of files that are open: several modalities ask the same of one file."""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO, Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class Opened(Generic[T]):
    """Keeps a fact of each file for as long as that is open, where its kind can be remembered."""

    def __init__(self) -> None:
        self._facts: WeakKeyDictionary[BinaryIO, T] = WeakKeyDictionary()

    def get(self, source: BinaryIO) -> T | None:
        """Return what was kept of a file."""
        with suppress(TypeError):  # neither hashed nor referred to weakly
            return self._facts.get(source)
        return None

    def keep(self, source: BinaryIO, fact: T) -> None:
        """Keep a fact of a file, in place of an earlier one."""
        with suppress(TypeError):
            self._facts[source] = fact
