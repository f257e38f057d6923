from typing import BinaryIO
from fingerprints.contract import Limits
def read_text(source: BinaryIO, *, limits: Limits, media_type: str | None = None) -> str:
    return source.read().decode()
