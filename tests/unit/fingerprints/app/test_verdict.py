"""Strangers that bring one unknown library are no copies, however little else is in them."""

from __future__ import annotations

import io

from fingerprints.app import AppModality, signature
from fingerprints.app.verdict import shares
from fingerprints.contract import Fingerprint, Limits
from tests.unit.fingerprints.app.programs import apk, dex, made, resources, table

LIBRARY = made(70, methods=300)
FILES = resources(70)


def app(seed: int, package: str, *, with_library: bool = True) -> Fingerprint:
    own = dex(made(seed, methods=40), package.replace(".", "/"))
    members = {"classes.dex": own}
    if with_library:
        members |= {"classes2.dex": dex(LIBRARY, "net/unknown/sdk"), **FILES}
    return AppModality().extract(io.BytesIO(apk(members, package)), limits=Limits())


def test_a_library_in_both_is_no_copy() -> None:
    copy, work = app(71, "com.first.game"), app(72, "org.second.tool")
    found = shares(*(signature.unpacked(one.parts[0].signature) for one in (copy, work)))
    assert found["code"].overlap.of_theirs > 0.5
    assert found["code"].share < 0.1
    assert AppModality().verify(copy, work).score < 0.5


def test_the_own_code_moved_to_another_package_is() -> None:
    work = app(73, "com.first.game")
    moved = {"classes.dex": dex(made(73, methods=40), "a/b", 5)}
    moved |= {"classes2.dex": dex(LIBRARY, "a/c", 5)}
    copy = AppModality().extract(io.BytesIO(apk(moved, "net.pirate")), limits=Limits())
    comparison = AppModality().verify(copy, work)
    assert comparison.score >= 0.5
    assert "code" in {span.content for span in comparison.spans}


def test_how_much_of_the_own_code_is_there_is_said() -> None:
    work = app(74, "com.first.game")
    moved = {"classes.dex": dex(made(74, methods=40), "a/b", 5)}
    moved |= {"classes2.dex": dex(made(75, methods=120), "a/c", 5), **FILES}
    copy = AppModality().extract(io.BytesIO(apk(moved, "net.pirate")), limits=Limits())
    spans = {span.content: span for span in AppModality().verify(copy, work).spans}
    assert spans["own_code"].work == AppModality().layout(work)["own_code"]
    start, end = AppModality().layout(copy)["own_code"]
    assert spans["own_code"].copy[1] - start < 0.6 * (end - start)


def templated(seed: int, package: str, *, code: dict[str, bytes] | None = None) -> Fingerprint:
    """Print an app of which only its code and its texts are its own."""
    words = {f"name_{n}": f"what maker {seed} says, number {n}" for n in range(12)}
    own = {"classes.dex": dex(made(seed, methods=40), package.replace(".", "/"))}
    members = (own if code is None else code) | FILES | {"resources.arsc": table(words)}
    return AppModality().extract(io.BytesIO(apk(members, package)), limits=Limits())


def test_programs_of_one_template_are_no_copies() -> None:
    copy, work = templated(76, "com.first.shop"), templated(77, "org.second.tool")
    found = shares(*(signature.unpacked(one.parts[0].signature) for one in (copy, work)))
    assert found["files"].overlap.of_theirs > 0.9
    assert AppModality().verify(copy, work).score < 0.5


def test_a_packed_program_is_known_by_its_resources() -> None:
    work = templated(78, "com.first.shop")
    hidden = {"classes.dex": dex(made(79, methods=40), "com/shell/wrap")}
    copy = templated(78, "com.first.shop", code=hidden)
    assert AppModality().verify(copy, work).score >= 0.5
