"""How the browser is run, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserOptions:
    """What the browser is, what pages see of it, and what one page may cost.

    `executable` None means the first Chromium on the `PATH`. `time_s` bounds a page as a whole,
    `memory_bytes` the browser with all its processes. After `pages` pages it is started anew.
    Without `screenshot` no pictures are loaded. `matches`: of how many pages of a site that matched
    a picture is taken in a crawl, where they weren't to be shown anyway.
    """

    executable: Path | None = None
    sandbox: bool = True
    contexts: int = 2
    pages: int = 200
    memory_bytes: int = 2048 * _MIB
    time_s: float = 45.0
    locale: str = "zh-CN"
    time_zone: str = "Asia/Shanghai"
    width: int = 1280
    height: int = 960
    screenshot: bool = True
    matches: int = 20
    screenshot_height: int = 12_000
    screenshot_bytes: int = 8 * _MIB
    dom_characters: int = 8 * _MIB
    requisites: int = 150
    requisite_bytes: int = 8 * _MIB
    page_bytes: int = 48 * _MIB
