from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import ForbiddenAddress
from crawlers.safety.addresses import AllowedHosts, is_public, literal_address

LOOPBACK = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.0.0.1..",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0000000177.0.0.1",
    "0x000000007f000001",
    "127.0x0.00.1",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "127.0.0.1\u200b",
    "127\u00ad.0.0.1",
    "127.0.0.1\ufe0f",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    " 127.0.0.1",
    "[::1]",
    "[::1",
    "::1",
    "0:0:0:0:0:0:0:1",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
    "[::FFFF:127.0.0.1]",
    "0:0:0:0:0:ffff:7f00:0001",
    "::127.0.0.1",
    "[64:ff9b::127.0.0.1]",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "[::1%25lo]",
    "::1%lo",
]
ELSEWHERE = [
    "0",
    "0.0.0.0",  # noqa: S104  not bound to
    "0x0",
    "00",
    "10.0.0.1",
    "167772161",
    "0xa.1",
    "012.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "169.254.43518",
    "[::ffff:a9fe:a9fe]",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.168.257",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "::",
    "[fe80::1]",
    "fe80::1%25eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "64:ff9b:1::1",
    "64:ff9b::10.0.0.1",
    "2002:a00:1::",
    "2002:c0a8:101::1",
    "::ffff:0:127.0.0.1",
    "4000::1",
]
BROKEN = [
    "127.0.0.1.5",
    "256.0.0.1",
    "1.2.3.256",
    "4294967296",
    "4429185025",
    "0189.0.0.1",
    "08",
    "1..1",
    "a.0x7f",
    "foo.1",
    "[v1.fe80::a]",
    "::ffff:127.0.0.256",
    "1:2:3",
    "9" * 5000,
]
PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "[2606:2800:220:1:248:1893:25c8:1946]",
    "2001:4860:4860::8888",
    "240e::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "0x08.8.8.8",
    "134744072",
]
NAMES = [
    "example.com",
    "1.example",
    "127.0.0.1.example.com",
    "0x7f.example",
    "localhost",
    "xn--fiqs8s",
    "中文.网",
    "a.b1",
    "1-1",
    "0x7g",
    "",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_every_spelling_of_this_machine_is_seen_through(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert not is_public(address)
    assert "127.0.0.1" in str(address) or int(address) & 0xFFFF == 1


@pytest.mark.parametrize("host", ELSEWHERE)
def test_addresses_that_not_everyone_can_reach_are_not_public(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_are_public_however_they_are_spelt(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert is_public(address)


@pytest.mark.parametrize("host", BROKEN)
def test_what_looks_like_an_address_and_is_none_is_refused(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        literal_address(host)


@pytest.mark.parametrize("host", NAMES)
def test_names_are_names(host: str) -> None:
    assert literal_address(host) is None


@given(st.ip_addresses(v=4))
def test_nothing_is_public_that_python_calls_local(address: IPv4Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::"]))
def test_an_embedded_address_decides(address: IPv4Address, prefix: str) -> None:
    outer = IPv6Address(int(IPv6Address(prefix)) | int(address))
    assert is_public(outer) == is_public(address)


@given(st.ip_addresses(v=4))
def test_all_number_systems_name_the_same_address(address: IPv4Address) -> None:
    first, rest = address.packed[0], int(address) & 0xFFFFFF
    spellings = {
        str(address),
        str(int(address)),
        hex(int(address)),
        f"0{int(address):o}",
        f"{first}.{rest}",
        f"0x{first:x}.0{rest:o}",
        f"[{address}]",
    }
    assert {literal_address(spelling) for spelling in spellings} == {address}


@given(st.ip_addresses(v=6))
def test_ipv6_addresses_are_read_back(address: IPv6Address) -> None:
    assert literal_address(f"[{address.exploded}]") == address


def test_an_allowed_host_is_allowed_at_its_port_only() -> None:
    allowed = AllowedHosts.parse(["127.0.0.1:8000", "intranet.example", "[::1]:81", "fd00::5"])
    assert allowed.permit("127.0.0.1", 8000)
    assert allowed.permit("0x7f.1", 8000)
    assert not allowed.permit("127.0.0.1", 8001)
    assert not allowed.permit("localhost", 8000)
    assert allowed.permit("Intranet.EXAMPLE.", 1)
    assert not allowed.permit("www.intranet.example", 1)
    assert allowed.permit("::1", 81)
    assert not allowed.permit("::1", 80)
    assert allowed.permit("[fd00::5]", 443)


@pytest.mark.parametrize("entry", ["host:port", ":80", "300.1.1.1"])
def test_an_allow_list_that_says_nothing_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match=r"neither a host|is no address"):
        AllowedHosts.parse([entry])


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    addresses = [IPv4Address("93.184.216.34"), IPv4Address("10.0.0.7")]
    with pytest.raises(ForbiddenAddress, match=r"pirate\.example leads to 10\.0\.0\.7"):
        AllowedHosts.parse([]).check("pirate.example", 80, addresses)
    AllowedHosts.parse(["pirate.example"]).check("pirate.example", 80, addresses)
