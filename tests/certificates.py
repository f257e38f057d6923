"""A certificate authority for the time of a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path


def issue(folder: Path, *names: str, days: int = 1) -> tuple[Path, Path]:
    """Return (certificate with key, authority): PEM files for these names or IP addresses.

    With `days` below zero the certificate has run out.
    """
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name("Marque test authority")
    root = _builder(root_name, root_name, root_key.public_key(), 1)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    root_signed = root.sign(root_key, hashes.SHA256())
    leaf = _builder(_name(names[0]), root_name, key.public_key(), days)
    leaf = leaf.add_extension(x509.SubjectAlternativeName(_alternative(names)), critical=False)
    leaf_signed = leaf.sign(root_key, hashes.SHA256())
    certificate, authority = folder / "server.pem", folder / "authority.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    certificate.write_bytes(leaf_signed.public_bytes(serialization.Encoding.PEM) + private)
    authority.write_bytes(root_signed.public_bytes(serialization.Encoding.PEM))
    return certificate, authority


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
    )


def _alternative(names: tuple[str, ...]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names
    ]
