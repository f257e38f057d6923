"""Whole books, and subtitles and lyrics, by what their files are called."""

from __future__ import annotations

import re
from typing import Final

BOOK_FILE: Final = re.compile(
    r"\.(?:txt|epub|mobi|azw3?|pdf|docx?|umd|chm|srt|ass|ssa|vtt|lrc|zip|rar|7z)$", re.IGNORECASE
)
