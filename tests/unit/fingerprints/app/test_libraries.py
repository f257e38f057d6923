"""What is known to be in many programs."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprints.app import libraries


@pytest.mark.parametrize("name", ["Landroidx/core/A;", "Lokhttp3/A;", "Lcom/google/android/gms/a;"])
def test_libraries_are_known_by_their_packages(name: str) -> None:
    assert libraries.is_library(name.encode())


@pytest.mark.parametrize("name", ["Lcom/maker/A;", "Lcom/google/samples/A;", "Lokay/A;", "La/b;"])
def test_apps_are_no_libraries(name: str) -> None:
    assert not libraries.is_library(name.encode())


def test_the_framework_is_not_what_may_be_renamed() -> None:
    assert libraries.is_framework(b"Landroid/view/View;")
    assert libraries.is_framework(b"[Ljava/lang/String;")
    assert not libraries.is_framework(b"Landroid/support/v4/A;")
    assert not libraries.is_framework(b"Lcom/maker/A;")


def test_a_bank_survives_packing() -> None:
    heads = np.unique(np.random.default_rng(2).integers(0, 2**32, 5_000, dtype=np.uint32))
    assert np.array_equal(libraries.unpacked(libraries.packed(heads)), heads)


def test_the_bank_that_is_shipped_is_large_and_in_order() -> None:
    bank = libraries.known()
    assert bank.size > 10_000
    assert (np.diff(bank.astype(np.int64)) > 0).all()


def test_what_the_bank_has_is_not_a_programs_own() -> None:
    bank = libraries.known()[::1000].astype(np.uint64) << np.uint64(32)
    assert not libraries.own(bank).any()
    stranger = np.random.default_rng(3).integers(0, 2**64, 2_000, dtype=np.uint64)
    assert libraries.own(stranger).mean() > 0.999
