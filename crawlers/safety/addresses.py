"""Which addresses are public, and which names are addresses in disguise.

Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), and for
spellings inet_aton(3) and the host parser of the WHATWG URL standard. The tables are ours, since
`ipaddress.is_global` changed between patch versions of Python.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawlers.errors import ForbiddenAddress, ForbiddenPort
from crawlers.safety.ports import is_for_the_web

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network: Linux connects to itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared with carrier-grade NAT; metadata of Alibaba Cloud
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # metadata of Azure, in a public block
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; metadata of Oracle Cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relay anycast, deprecated
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that is assigned as global unicast lies in it
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")

_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))  # the full stops of IDNA
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_BYTES = 4


def is_public(address: Address | str) -> bool:
    """Whether the address can be reached from anywhere; embedded IPv4 addresses decide."""
    known = ip_address(address) if isinstance(address, str) else address
    if isinstance(known, IPv4Address):
        return not any(known in block for block in _NOT_PUBLIC_V4)
    if (inner := _embedded(known)) is not None:
        return is_public(inner)
    return known in _PUBLIC_V6 and not any(known in block for block in _NOT_PUBLIC_V6)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return None


def literal_address(host: str) -> Address | None:
    """Return the address that a URL's host spells, in any way a resolver would read; else None.

    Raises `ForbiddenAddress` when it looks like an address and is none: no public name does, and
    what a resolver makes of it is anyone's guess.
    """
    plain = canonical_host(host)
    if ":" in plain:
        return _ipv6(plain)
    parts = plain.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    return _ipv4(parts, plain)


def canonical_host(host: str) -> str:
    """Return the host as resolvers read it: folded, without brackets, zone and last dot."""
    folded = unicodedata.normalize("NFKC", unquote(host)).translate(_DOTS).casefold()
    visible = "".join(sign for sign in folded if not _ignored(sign))
    return visible.strip("[]").partition("%")[0].rstrip(".")


def _ignored(sign: str) -> bool:
    """Whether IDNA's mapping drops it: soft hyphens, joiners, variation selectors, spaces."""
    return unicodedata.category(sign) in {"Cf", "Cc", "Zs"} or "\ufe00" <= sign <= "\ufe0f"


def _ipv6(host: str) -> IPv6Address:
    try:
        return IPv6Address(host)
    except ValueError as error:
        raise ForbiddenAddress(f"{host} is no address") from error


def _ipv4(parts: list[str], host: str) -> IPv4Address:
    """Read one to four numbers, decimal, octal or hexadecimal; the last fills what is left."""
    try:
        *numbers, last = (_number(part) for part in parts)
        fields = bytes(numbers) + last.to_bytes(_BYTES - len(numbers), "big")
        return IPv4Address(fields)
    except (ValueError, OverflowError) as error:
        raise ForbiddenAddress(f"{host} is no address") from error


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Private hosts that may be visited after all: (host, port), or None for any port."""

    hosts: frozenset[tuple[str, int | None]]

    @classmethod
    def parse(cls, allow: Iterable[str]) -> AllowedHosts:
        """Read `host`, `host:port`, `[v6]` or `[v6]:port`. Raises `ValueError`."""
        return cls(frozenset(_host_and_port(entry.strip()) for entry in allow))

    def permit(self, host: str, port: int) -> bool:
        """Whether this very host, by name or address, was allowed at this port."""
        name = _name(host)
        return (name, port) in self.hosts or (name, None) in self.hosts

    def check_port(self, host: str, port: int) -> None:
        """Raise `ForbiddenPort` for a port that is no web server's, unless it was allowed."""
        if not is_for_the_web(port) and not self.permit(host, port):
            raise ForbiddenPort(f"no web server is at port {port}")

    def check(self, host: str, port: int, addresses: Iterable[Address]) -> None:
        """Raise `ForbiddenAddress` when one of the host's addresses may not be visited."""
        if self.permit(host, port):
            return
        for address in addresses:
            if not is_public(address):
                raise ForbiddenAddress(f"{host} leads to {address}, which is not public")


def _host_and_port(entry: str) -> tuple[str, int | None]:
    if entry.count(":") > 1 and not entry.startswith("["):
        return _name(entry), None
    host, colon, port = entry.rpartition(":")
    if not colon or port.endswith("]"):
        return _name(entry), None
    if not port.isdecimal() or not host:
        raise ValueError(f"{entry!r} is neither a host nor host:port")
    return _name(host), int(port)


def _name(host: str) -> str:
    try:
        address = literal_address(host)
    except ForbiddenAddress as error:
        raise ValueError(str(error)) from error
    return canonical_host(host) if address is None else str(address)
