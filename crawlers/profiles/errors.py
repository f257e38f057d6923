"""What can be wrong with profiles.

ProfileError
├── InvalidProfile    a file that can't be read as a profile: which, at which key, and why
├── UnknownProfile    no profile of this name
├── InvalidExample    an example of a page without its parts
└── NotVisited        the page that was to be tried didn't come
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ProfileError(Exception):
    """Something about profiles that a person has to put right."""


class InvalidProfile(ProfileError):
    """A file that is no profile. `key` is where in it, "" where it is no TOML at all."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key + ': ' if key else ''}{reason}")
        self.file = file
        self.key = key
        self.reason = reason


class UnknownProfile(ProfileError):
    """There is no profile of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no profile {name}")
        self.name = name


class InvalidExample(ProfileError):
    """A folder that lacks a page, its address or what is expected of it."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class NotVisited(ProfileError):
    """The page didn't come; `code` is why, as in a crawl."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} ({reason})")
        self.code = code
        self.reason = reason
