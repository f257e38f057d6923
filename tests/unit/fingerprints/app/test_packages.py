"""Packages of other systems than Android: what they are, whose, and that copies are found."""

from __future__ import annotations

import hashlib
import io
import json
import plistlib
import struct

import pytest

from fingerprints.app import AppModality
from fingerprints.app.identity import Identity, of_module, of_provision
from fingerprints.app.lproj import strings
from fingerprints.archive import kind, members
from fingerprints.contract import Fingerprint, Limits
from tests.unit.fingerprints.app.programs import noise, zipped

BASE = "Payload/Game.app/"
CODE = noise(81, 120_000)
WORDS = {f"key {n}": f"what game 81 says, number {n}" for n in range(30)}
SIGNER = b"a certificate"


def mach_o(code: bytes, encrypted: int = 0) -> bytes:
    """Write a thin program: its head, and the load command that says what is encrypted."""
    head = struct.pack("<7I4x", 0xFEEDFACF, 0x0100000C, 0, 2, 1, 24, 0)
    return head + struct.pack("<6I", 0x2C, 24, 4096, len(code), encrypted, 0) + code


def fat(*programs: bytes) -> bytes:
    places, body = [], b""
    for one in programs:
        body += bytes(-len(body) % 4096)
        places.append(struct.pack(">5I", 0x0100000C, 0, 4096 + len(body), len(one), 12))
        body += one
    head = struct.pack(">2I", 0xCAFEBABE, len(programs)) + b"".join(places)
    return head + bytes(4096 - len(head)) + body


def ipa(program: bytes, name: str = "Game", form: plistlib.PlistFormat = plistlib.FMT_XML) -> bytes:
    facts = {"CFBundleIdentifier": f"com.maker.{name}", "CFBundleVersion": "7"}
    facts |= {"CFBundleShortVersionString": "1.2", "CFBundleDisplayName": name}
    provision = b"\x30\x82" + plistlib.dumps({"DeveloperCertificates": [SIGNER]}) + b"\0\0"
    return zipped(
        {
            f"{BASE}Info.plist": plistlib.dumps(facts, fmt=form),
            f"{BASE}Game": program,
            f"{BASE}embedded.mobileprovision": provision,
            f"{BASE}Assets.car": b"BOMStore" + noise(82, 60_000),
            f"{BASE}en.lproj/Localizable.strings": plistlib.dumps(WORDS, fmt=plistlib.FMT_BINARY),
            f"{BASE}Frameworks/Other.framework/Info.plist": plistlib.dumps({"CFBundleName": "no"}),
            f"{BASE}Frameworks/Other.framework/Other": mach_o(noise(83, 40_000)),
        }
    )


def wxapkg(files: dict[str, bytes]) -> bytes:
    body = b"".join(files.values())
    size = 4 + sum(12 + len(name) for name in files)
    at, listed = 14 + size, struct.pack(">I", len(files))
    for name, content in files.items():
        listed += struct.pack(">I", len(name)) + name.encode()
        listed += struct.pack(">2I", at, len(content))
        at += len(content)
    return struct.pack(">B3IB", 0xBE, 0, len(listed), len(body), 0xED) + listed + body


def printed(content: bytes) -> Fingerprint:
    return AppModality().extract(io.BytesIO(content), limits=Limits())


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_an_ipa_says_whose_it_is(form: plistlib.PlistFormat) -> None:
    content = ipa(mach_o(CODE), form=form)
    assert kind(io.BytesIO(content)) == "application/x-ios-app"
    signer = hashlib.sha256(SIGNER).hexdigest()
    assert AppModality().identity(printed(content)) == Identity(
        "com.maker.Game", "1.2 (7)", "Game", (signer,)
    )


@pytest.mark.parametrize(
    "copy",
    [
        ipa(mach_o(CODE), "Free"),
        ipa(fat(mach_o(noise(84, 90_000)), mach_o(CODE)), "Free"),
        ipa(mach_o(noise(85, 120_000)), "Decrypted"),
    ],
    ids=["re-signed and renamed", "in a fat program", "decrypted"],
)
def test_copies_of_an_ipa_are_found(copy: bytes) -> None:
    work = printed(ipa(mach_o(CODE, encrypted=1)))
    assert AppModality().verify(printed(copy), work).score >= 0.5


def test_another_ipa_is_none() -> None:
    other = {f"{BASE}Game": mach_o(noise(86, 120_000)), f"{BASE}Info.plist": plistlib.dumps({})}
    other |= {f"{BASE}{n}.dat": noise(90 + n, 9_000) for n in range(6)}
    assert AppModality().verify(printed(zipped(other)), printed(ipa(mach_o(CODE)))).score < 0.5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_plain_strings_are_read(encoding: str) -> None:
    text = '/* a note */ "one" = "first \\"word\\"";\n"two"="第二";'
    assert strings(text.encode(encoding)) == ['first \\"word\\"', "第二"]


def test_a_harmony_module() -> None:
    told = {"app": {"bundleName": "com.maker.game", "versionName": "1.0", "versionCode": 3}}
    files = {f"ets/{n}.abc": noise(110 + n, 3_000) for n in range(8)}
    hap = zipped({"module.json": json.dumps(told).encode(), "resources.index": b"x", **files})
    assert kind(io.BytesIO(hap)) == "application/x-harmony-hap"
    assert AppModality().identity(printed(hap)) == Identity("com.maker.game", "1.0 (3)")
    package = zipped({"pack.info": b"{}", "entry.hap": hap})
    assert kind(io.BytesIO(package)) == "application/x-harmony-hap"
    assert AppModality().verify(printed(package), printed(hap)).score >= 0.5


@pytest.mark.parametrize("content", [b"", b"[]", b'{"app": 1}', b"[" * 100_000, b"\xff"])
def test_broken_descriptions_say_nothing(content: bytes) -> None:
    assert of_module(content) == Identity()
    assert of_provision(b"<?xml" + content + b"</plist>") == Identity()


def test_a_mini_program() -> None:
    files = {f"/page/{n}.js": noise(100 + n, 4_000) for n in range(8)}
    content = wxapkg(files)
    assert kind(io.BytesIO(content)) == "application/x-wxapkg"
    found = {one.path: one.open().read() for one in members(io.BytesIO(content), Limits())}
    assert found == {name.lstrip("/"): file for name, file in files.items()}
    copy = wxapkg({**files, "/page/0.js": b"another", "/ad.js": noise(99, 500)})
    assert AppModality().verify(printed(copy), printed(content)).score >= 0.5


@pytest.mark.parametrize("end", [14, 17, 40, 3_000])
def test_a_mini_program_cut_short(end: int) -> None:
    content = wxapkg({f"/{n}.js": noise(n, 4_000) for n in range(3)})[:end]
    for one in members(io.BytesIO(content), Limits()):
        assert len(one.open().read()) <= end
