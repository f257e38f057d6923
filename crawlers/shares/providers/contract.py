"""What is asked of a provider about a share, and what it answers: pure, without a connection.

An adapter says which request to make first (`first`) and reads each reply (`read`), which may ask
for more. Whoever has the downloader makes the requests; `inquire` keeps the order and the budget.
Codes are used as they were given with the link, never guessed; a login, a captcha or a script that
wants to be solved ends the inquiry as `UNKNOWN`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.shares.share import Share

CHALLENGED: Final = "challenged"
RATE_LIMITED: Final = "rate_limited"
UNREADABLE: Final = "unreadable"
LOGIN: Final = "login_required"


class ShareState(StrEnum):
    """What a provider says of a share; `UNKNOWN` where it says nothing that is understood."""

    LIVE = "live"
    NEEDS_CODE = "needs_code"
    WRONG_CODE = "wrong_code"
    CANCELLED = "cancelled"
    BANNED = "banned"
    EXPIRED = "expired"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"

    @property
    def is_dead(self) -> bool:
        """Whether nobody gets anything there any more."""
        return self in _DEAD


_DEAD: Final = frozenset(
    {ShareState.CANCELLED, ShareState.BANNED, ShareState.EXPIRED, ShareState.NOT_FOUND}
)
HOLDS_S: Final = {
    ShareState.LIVE: 86_400,
    ShareState.NEEDS_CODE: 43_200,
    ShareState.WRONG_CODE: 43_200,
    ShareState.CANCELLED: 21_600,
    ShareState.BANNED: 21_600,
    ShareState.EXPIRED: 21_600,
    ShareState.NOT_FOUND: 21_600,
    ShareState.UNKNOWN: 1_800,
}
"""For how many seconds an answer needn't be asked for again."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be made. `step` and the fields after it are for who reads the reply.

    `folder`: the provider's id of the folder that is listed, "" for the top; `path`: its path in
    the share; `depth`: how deep it is; `page`: the page or marker that is asked for; `token`: what
    an earlier reply gave.
    """

    url: str
    step: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    folder: str = ""
    path: str = ""
    depth: int = 0
    page: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: its status, its body after content decoding."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object, an empty one where it isn't."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of a share. `hash` is `kind:hex` ("md5:…", "sha1:…", "gcid:…") or ""."""

    id: str
    path: str
    is_folder: bool
    size_bytes: int | None = None
    hash: str = ""

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reply says; None and "" where it says nothing of it."""

    state: ShareState | None = None
    reason: str = ""
    title: str = ""
    owner: str = ""
    owner_id: str = ""
    expires: str = ""
    entries: tuple[Entry, ...] = ()
    asks: tuple[Ask, ...] = ()


class Adapter(Protocol):
    """What one provider's public responses look like."""

    @property
    def provider(self) -> str:
        """Return the name that its shares have."""

    def first(self, share: Share) -> Ask:
        """Return the request that an inquiry begins with."""

    def read(self, share: Share, ask: Ask, reply: Reply) -> Reading:
        """Read the reply to a request; whatever the bytes are, an answer."""


def posted(url: str, step: str, said: Mapping[str, Any], **more: Any) -> Ask:  # noqa: ANN401
    """Return a request with a JSON body."""
    headers = {"Content-Type": "application/json", **more.pop("headers", {})}
    body = json.dumps(said, ensure_ascii=False).encode()
    return Ask(url, step, method="POST", headers=headers, body=body, **more)


def number(value: object) -> int | None:
    """Return a size that may be written as text, None where there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:20])
    return None


def word(value: object) -> str:
    """Return a name or an id, "" where there is none."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def records(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, none where it isn't one."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def within(value: object, *names: str) -> dict[str, Any]:
    """Return the object that is nested in others under these names, an empty one where none is."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def joined(path: str, name: str) -> str:
    """Return the path of what lies in a folder; names can't climb out of it."""
    safe = name.replace("/", "／").replace("\\", "＼").replace("\0", "")
    return f"{path}/{safe}" if path else safe


def hashed(kind: str, value: object) -> str:
    """Return a hash with its kind, "" where it is none in hex."""
    text = word(value).lower()
    is_hex = len(text) in {32, 40} and all(sign in "0123456789abcdef" for sign in text)
    return f"{kind}:{text}" if is_hex else ""
