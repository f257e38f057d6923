"""Certificates in signature files and in the signing block."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from cryptography.x509.oid import NameOID

from fingerprints.app import AppModality, signing
from fingerprints.contract import Limits
from tests.unit.fingerprints.app import programs


def certificate() -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "maker")])
    day = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day.replace(year=2050))
    return builder.sign(key, hashes.SHA256())


CERTIFICATE = certificate()
DER = CERTIFICATE.public_bytes(Encoding.DER)
DIGEST = hashlib.sha256(DER).hexdigest()
FILES = {"classes.dex": programs.dex(programs.made(1)), **programs.resources(1)}


def long(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content


def signed_by_block(app: bytes, scheme: int) -> bytes:
    """Put a signing block before the directory; its signatures are left out."""
    data = long(b"") + long(long(DER)) + long(b"")
    content = long(long(long(data) + long(b"") + long(b"")))
    pair = struct.pack("<QI", len(content) + 4, scheme) + content
    size = struct.pack("<Q", len(pair) + 24)
    block = size + pair + size + b"APK Sig Block 42"
    at = app.find(b"PK\x01\x02")
    end = bytearray(app[at:])
    struct.pack_into("<I", end, len(end) - 6, at + len(block))
    return app[:at] + block + bytes(end)


def test_a_signature_file_tells_its_certificate() -> None:
    content = serialize_certificates([CERTIFICATE], Encoding.DER)
    assert signing.of_file(content) == (DIGEST,)
    assert signing.of_file(content[:50]) == ()


def test_a_signing_block_tells_its_certificate() -> None:
    app = programs.apk(FILES)
    for scheme in (0x7109871A, 0xF05368C0):
        assert signing.of_block(io.BytesIO(signed_by_block(app, scheme))) == (DIGEST,)
    assert signing.of_block(io.BytesIO(app)) == ()


def test_a_broken_signing_block_is_no_error() -> None:
    app = signed_by_block(programs.apk(FILES), 0x7109871A)
    at = app.find(DER) - 60
    for place in range(at, at + 60):
        broken = app[:place] + b"\xff\xff\xff\xff" + app[place + 4 :]
        assert isinstance(signing.of_block(io.BytesIO(broken)), tuple)


def test_versions_of_one_maker_show_one_certificate() -> None:
    modality = AppModality()
    block = signed_by_block(programs.apk(FILES), 0x7109871A)
    file = programs.apk(
        {"META-INF/CERT.RSA": serialize_certificates([CERTIFICATE], Encoding.DER), **FILES}
    )
    ours, theirs = (
        modality.identity(modality.extract(io.BytesIO(one), limits=Limits()))
        for one in (block, file)
    )
    assert ours.certificates == (DIGEST,)
    assert ours.signed_as(theirs)
