"""A trial: whether the browser starts here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawlers.browser.chromium import Chromium
from crawlers.browser.locate import chromium_path

if TYPE_CHECKING:
    from crawlers.browser.options import BrowserOptions


def tried(options: BrowserOptions) -> str:
    """Start the browser, end it, and return where it is and its version. Raises `Unavailable`."""
    program = chromium_path(options)
    return f"{program}, {asyncio.run(_version(options))}"


async def _version(options: BrowserOptions) -> str:
    chromium = await Chromium.start(options, chromium_path(options))
    try:
        return chromium.version
    finally:
        await chromium.close()
