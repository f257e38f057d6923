"""The app modality keeps the contract, on programs written by the tests themselves."""

from __future__ import annotations

import io

from fingerprints.app import AppModality
from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample
from tests.unit.fingerprints.app.programs import (
    apk,
    dex,
    made,
    noise,
    picture,
    resources,
    zipped,
)

APK = "application/vnd.android.package-archive"
GAME, TOOL = made(1), made(2)
SDK = made(99, methods=20)
GAME_FILES, TOOL_FILES = resources(1), resources(2)
LIBRARY = noise(5, 90_000)
PROGRAM = b"MZ" + noise(6, 200_000)


def app(name: str, members: dict[str, bytes], package: str = "com.maker.game") -> Sample:
    return Sample(name, apk(members, package), APK)


def recompressed(files: dict[str, bytes]) -> dict[str, bytes]:
    pictures = {
        path: picture(1000 + n, 60) for n, path in enumerate(p for p in files if "draw" in p)
    }
    return files | pictures


ORIGINALS = (
    app("game", {"classes.dex": dex(GAME), "lib/arm64/libgame.so": LIBRARY, **GAME_FILES}),
    app("tool", {"classes.dex": dex(TOOL), **TOOL_FILES}),
    Sample("program", PROGRAM, "application/octet-stream"),
    Sample("archive", zipped({f"data/{n}.bin": noise(50 + n, 9_000) for n in range(8)})),
)
RENAMED = {"classes.dex": dex(GAME, "a/b", 5), **GAME_FILES}
COPIES = {
    "renamed, other classes": ("game", apk(RENAMED, "net.pirate.free")),
    "with an advertising library": (
        "tool",
        apk({"classes.dex": dex(TOOL), "classes2.dex": dex(SDK, "net/adnet"), **TOOL_FILES}),
    ),
    "packed": ("game", apk({"classes.dex": dex(SDK, "com/packer"), **GAME_FILES})),
    "code only": ("tool", apk({"classes.dex": dex(TOOL, "x/y")})),
    "recompressed pictures": ("game", apk({"classes.dex": dex(SDK), **recompressed(GAME_FILES)})),
    "in a bundle": ("game", zipped({"base.apk": apk(RENAMED), "manifest.json": b"{}"})),
    "appended to": ("program", PROGRAM + noise(7, 30_000)),
    "packed anew": ("archive", zipped({f"new/{n}": noise(50 + n, 9_000) for n in range(8)})),
}


class TestApp(ModalitySuite):
    modality = AppModality()
    symmetric = False  # how much of the work is in the copy is asked, not the reverse
    originals = ORIGINALS
    near_duplicates = tuple(
        NearDuplicate(done, Sample(done, content), of) for done, (of, content) in COPIES.items()
    )
    strangers = (
        app("another game", {"classes.dex": dex(made(3)), **resources(3)}),
        app(
            "another with the same library",
            {"classes.dex": dex(made(4)), "classes2.dex": dex(SDK, "net/adnet"), **resources(4)},
        ),
        app("small", {"classes.dex": dex(made(8, methods=5))}),
        Sample("another program", b"MZ" + noise(9, 150_000)),
    )
    refused = (
        Refused(Sample("nothing", b""), Undecodable),
        Refused(Sample("short", b"MZ"), NothingToPrint),
        Refused(app("empty app", {}), NothingToPrint),
        Refused(Sample("not a zip any more", b"PK\x03\x04" + bytes(40)), Undecodable),
        Refused(Sample("bomb", zipped({"a": bytes(40 << 20)})), TooLarge, Limits(archive_ratio=10)),
    )

    def test_it_says_whose_it_is(self) -> None:
        identity = self.modality.identity(self.extract(self.originals[0]))
        assert identity.package == "com.maker.game"
        assert identity.version == "1.2 (7)"
        assert identity.label == "Game"

    def test_spans_say_how_much_is_in_the_copy(self) -> None:
        copy, work = self.extract(Sample("", COPIES["packed"][1])), self.extract(ORIGINALS[0])
        layout = self.modality.layout(work)
        spans = self.modality.verify(copy, work).spans
        starts = [layout[kind][0] for kind in ("files", "texts", "pictures")]
        assert [span.work[0] for span in spans] == starts
        assert [span.work[1] for span in spans][1:] == [layout["texts"][1], layout["pictures"][1]]

    def test_the_place_of_the_source_does_not_matter(self) -> None:
        source = io.BytesIO(ORIGINALS[0].content)
        source.seek(7)
        assert self.modality.extract(source, limits=Limits()).parts
