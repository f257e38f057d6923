"""Dalvik programs: what is read, and that it is what androguard reads."""

from __future__ import annotations

import loguru
import numpy as np
import pytest

from fingerprints.app import dex, opcodes
from fingerprints.errors import Undecodable
from tests.unit.fingerprints.app import programs


def test_what_is_no_dex_is_refused() -> None:
    with pytest.raises(Undecodable):
        dex.read(b"\x7fELF" + bytes(200))


def test_names_and_places_of_classes_do_not_count() -> None:
    program = programs.made(1)
    plain = dex.read(programs.dex(program))
    renamed = dex.read(programs.dex(program, "a/b/c", classes=7))
    assert np.array_equal(plain.grams, renamed.grams)
    assert plain.strings == renamed.strings
    assert plain.methods == renamed.methods == len(program.methods)


def test_programs_have_little_in_common() -> None:
    ours, theirs = (dex.read(programs.dex(programs.made(seed))).grams for seed in (1, 2))
    assert ours.size > 100
    assert np.intersect1d(ours, theirs).size < 0.05 * ours.size


def test_code_of_known_libraries_is_left_out() -> None:
    content = programs.dex(programs.made(1), "androidx/core")
    assert dex.read(content).methods == 0
    assert dex.read(content, everything=True).methods == 60


def test_moves_jumps_and_forms_do_not_count() -> None:
    body = (0x1012, 0x0090, 0x0100, 0x00B0, 0x0052, 1) * 6
    plain = programs.Made(("x",), (programs.Method((*body, 0x000E)),))
    moved = (0x0001, *body[:6], 0x0028, 0x0000, *body[6:], 0x000E)
    other = programs.Made(("x",), (programs.Method(moved),))
    assert np.array_equal(
        dex.read(programs.dex(plain, classes=1)).grams,
        dex.read(programs.dex(other, classes=1)).grams,
    )


def test_tables_among_instructions_are_passed_over() -> None:
    table = (opcodes.ARRAY_DATA, 1, 5, 0, 0x1A1A, 0x1A1A, 0x1A1A)
    switch = (opcodes.PACKED_SWITCH, 2, 0, 0, 0x001A, 0, 0x001A, 0)
    units = (0x001A, 0, 0x000E, 0x0000, *table, *switch, 0x001A, 1)
    program = programs.Made(("first", "second", "third"), (programs.Method(units),))
    assert dex.read(programs.dex(program, classes=1)).strings == {b"first", b"second"}


def test_lengths_are_androguards() -> None:
    from androguard.core import dex as oracle  # noqa: PLC0415 - slow, and only for this

    for code, (kind, _) in sorted(oracle.DALVIK_OPCODES_FORMAT.items()):
        units = kind.__name__.removeprefix("Instruction")[0]  # so formats are named
        assert opcodes.LENGTHS[code] == max(1, int(units)), hex(code)


def test_constants_are_androguards() -> None:
    from androguard.core import dex as oracle  # noqa: PLC0415 - slow, and only for this

    loguru.logger.disable("androguard")
    content = programs.dex(programs.made(3))
    strings = set()
    for method in oracle.DEX(content).get_encoded_methods():
        for instruction in method.get_instructions():
            if instruction.get_name().startswith("const-string"):
                strings.add(instruction.get_string().encode())
    assert dex.read(content).strings == strings
