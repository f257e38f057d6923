"""Folders for the time of a browser, and what the dead left of theirs."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
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
    """Remove a folder. One that can't be emptied keeps its owner's name, for later."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _OWNER:
                path.unlink()
        if [path.name for path in folder.iterdir()] in ([_OWNER], []):
            shutil.rmtree(folder)


def _is_left(folder: Path) -> bool:
    try:
        return is_gone((folder / _OWNER).read_text("utf-8"))
    except (OSError, ValueError):
        return False  # another user's, or just being made
