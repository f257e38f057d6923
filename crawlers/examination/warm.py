"""What every examining process would load first, loaded once: the fork server imports this.

A process is replaced every few hundred sightings and after each crash; with this it starts in
milliseconds, and its tables are in memory that all of them share.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from fingerprints.contract import Limits
from fingerprints.extraction import extract

_PAGE: Final = (
    "<html><style>p{color:#000}</style><p>却说贾诩料知曹操之意，便欲将计就计而行，乃谓张绣曰。"
    "The quick brown fox jumps over the lazy dog, and is seen by nobody.</p></html>"
)

extract(BytesIO(_PAGE.encode()), limits=Limits(), declared="text/html", filename="page.html")
