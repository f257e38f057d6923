"""What an examining process is asked to do."""

from __future__ import annotations

from typing import Protocol, Self


class Task(Protocol):
    """A piece of JSON that says how much there is to read: a sighting, a local file."""

    @property
    def size_bytes(self) -> int:
        """Size of the file that is examined."""
        ...

    def model_dump_json(self) -> str:
        """Write it as JSON."""
        ...

    @classmethod
    def model_validate_json(cls, json_data: bytes) -> Self:
        """Read it back."""
        ...
