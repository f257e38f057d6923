"""Where Chromium is."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from crawlers.browser.launcher import MACHINES
from index.errors import Unavailable

if TYPE_CHECKING:
    from crawlers.browser.options import BrowserOptions

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
    "chromium-headless-shell",
)


def chromium_path(options: BrowserOptions) -> Path:
    """Return the program; raises `Unavailable` when there is none, or it can't be kept in."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        raise Unavailable(
            "chromium", f"pages are shown on Linux only ({', '.join(MACHINES)}), for safety"
        )
    if options.executable is not None:
        found = which(options.executable)
        if found is None:
            raise Unavailable("chromium", f"{options.executable} is no program")
        return Path(found)
    for name in _NAMES:
        if (found := which(name)) is not None:
            return Path(found)
    raise Unavailable(
        "chromium", "not installed: install it (Debian: chromium), or set browser.executable"
    )
