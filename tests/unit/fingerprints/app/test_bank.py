"""A bank of libraries knows all that they bring, pictures too, and leaves it out of programs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fingerprints.app import AppModality, bank, libraries, signature
from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint
from tests.unit.fingerprints.app.programs import apk, dex, made, picture, resources

if TYPE_CHECKING:
    from pathlib import Path

STOCK = resources(80)


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a bank that knows one library."""
    library, out = tmp_path / "stock.apk", tmp_path / "known.bin"
    library.write_bytes(apk(STOCK, "known.screens"))
    bank.main([str(out), str(library)])
    heads = libraries.unpacked(out.read_bytes())
    monkeypatch.setattr(libraries, "known", lambda: heads)


@pytest.mark.usefixtures("known")
def test_nothing_is_left_of_a_program_that_shows_only_what_a_library_brings() -> None:
    with pytest.raises(NothingToPrint):
        AppModality().extract(io.BytesIO(apk(STOCK)), limits=Limits())


@pytest.mark.usefixtures("known")
def test_what_is_a_programs_own_is_left() -> None:
    own = {"classes.dex": dex(made(81)), "res/drawable/own.png": picture(81)}
    print_ = AppModality().extract(io.BytesIO(apk(STOCK | own)), limits=Limits())
    app = signature.unpacked(print_.parts[0].signature)
    assert len(app.pictures) == 1


@pytest.mark.usefixtures("known")
def test_a_librarys_picture_in_another_file_is_known_by_what_it_shows() -> None:
    (name,) = [one for one in STOCK if one.endswith("_0.png")]
    longer = {f"res/{at}.png": _longer(STOCK[name]) for at in range(2)}
    program = longer | {"classes.dex": dex(made(82))}
    print_ = AppModality().extract(io.BytesIO(apk(program)), limits=Limits())
    assert np.shape(signature.unpacked(print_.parts[0].signature).pictures) == (0, 32)


def _longer(png: bytes) -> bytes:
    """The same picture with more bytes after its end: another file."""
    return png + bytes(100)
