"""APKs whose zip lies are read as Android reads them."""

from __future__ import annotations

import io
import struct
import zipfile

from fingerprints.app import AppModality
from fingerprints.contract import Limits
from tests.unit.fingerprints.app import programs

MEMBERS = {
    "AndroidManifest.xml": programs.manifest("com.maker.game"),
    "classes.dex": programs.dex(programs.made(1)),
    **programs.resources(1),
}
APP = programs.zipped(MEMBERS)
MODALITY = AppModality()


def changed(content: bytes, place: int, value: int) -> bytes:
    """Overwrite a field of every directory entry."""
    found = bytearray(content)
    at = found.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", found, at + place, value)
        at = found.find(b"PK\x01\x02", at + 4)
    return bytes(found)


def score(content: bytes) -> float:
    ours, theirs = (MODALITY.extract(io.BytesIO(one), limits=Limits()) for one in (content, APP))
    return MODALITY.verify(ours, theirs).score


def test_a_flag_of_encryption_hides_nothing() -> None:
    assert score(changed(APP, 8, 1)) >= 0.99


def test_a_wrong_checksum_hides_nothing() -> None:
    assert score(changed(APP, 16, 12345)) >= 0.99


def test_an_unknown_method_means_stored() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(APP)) as packed, zipfile.ZipFile(file, "w") as archive:
        for name in packed.namelist():
            archive.writestr(zipfile.ZipInfo(name), packed.read(name))
    assert score(changed(file.getvalue(), 10, 99)) >= 0.99


def test_members_of_one_name_hide_nothing() -> None:
    doubled = programs.zipped({"AndroidManifest.xmm": b"decoy", **MEMBERS})
    assert score(doubled.replace(b"AndroidManifest.xmm", b"AndroidManifest.xml")) >= 0.99
