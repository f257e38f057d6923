"""What can go wrong when bytes are fingerprinted.

FingerprintError
├── Unsupported        no modality reads this media type
├── Undecodable        the bytes are not what they claim to be, or are damaged beyond use
│   └── Encrypted         they can be read with a password or a licence only
├── TooLarge           a limit of size, pixels, duration, depth or ratio was passed
└── NothingToPrint     decoded well, but holds too little to recognise (blank, silent, too short)
"""

from __future__ import annotations


class FingerprintError(Exception):
    """The bytes gave no fingerprint; `code` is the stored name of the reason."""

    code = "fingerprint_error"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsupported(FingerprintError):
    """No modality reads this media type."""

    code = "unsupported"


class Undecodable(FingerprintError):
    """The bytes are not what they claim to be, or are damaged beyond use."""

    code = "undecodable"


class Encrypted(Undecodable):
    """The bytes can be read with a password or a licence only."""

    code = "encrypted"

    def __init__(self, reason: str = "encrypted") -> None:
        super().__init__(reason)


class TooLarge(FingerprintError):
    """Reading on would pass `limit`, a field of `Limits`."""

    code = "too_large"

    def __init__(self, limit: str, allowed: float, found: float | None = None) -> None:
        seen = "more" if found is None else f"{found:g}"
        super().__init__(f"{limit}: {seen} where {allowed:g} is allowed")
        self.limit = limit
        self.allowed = allowed
        self.found = found

    def __reduce__(self) -> tuple[type[TooLarge], tuple[str, float, float | None]]:
        """Keep the three facts when the error crosses a process border."""
        return type(self), (self.limit, self.allowed, self.found)


class NothingToPrint(FingerprintError):
    """Decoded well, but too little is in it to recognise it by."""

    code = "nothing_to_print"
