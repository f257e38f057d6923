"""Folders for the time of a browser, and what the dead left of theirs."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from crawlers.worker_names import is_gone, own_name

_PREFIX: Final = "marque-browser-"
_OWNER: Final = "owner"


def new_folder() -> Path:
    """Make a folder of this process; first remove those of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_left(folder):
            remove(folder)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    (folder / _OWNER).write_text(own_name("browser"), "utf-8")
    return folder


def remove(folder: Path) -> None:
    """Remove a folder, as far as it can be."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    try:
        return is_gone((folder / _OWNER).read_text("utf-8"))
    except (OSError, ValueError):
        return False  # another user's, or just being made
