"""A share: what a provider knows it by, and what a page that names it says of it."""

from __future__ import annotations

from dataclasses import dataclass

ED2K = "ed2k"
MAGNET = "magnet"
DIRECT = "direct"
TORRENT = "torrent"


@dataclass(frozen=True, slots=True)
class Share:
    """One share, found once or on many pages.

    `provider` and `id` are what it is; `code` opens it ("" where none is needed or none was given)
    and is used as given. `url` is the one spelling of its address, without the code, `address`
    the one a visitor opens. `unpack_password`, `title` and `size_bytes` are what stands beside the
    link: guesses, "" and None where nothing does.
    """

    provider: str
    id: str
    url: str
    code: str = ""
    address: str = ""
    unpack_password: str = ""
    title: str = ""
    size_bytes: int | None = None
