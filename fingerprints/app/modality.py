"""Programs as the contract wants them: one part a file, whatever lies in it.

The span unit is a share: [0, 1] is the whole file, in which each kind of content that is there
(code, own code, strings, files, texts, chunks, pictures; `App.layout`) has an equal stretch. A span
says how much of that kind in the copy is how much of it in the work: its length, from the stretch's
start. Its `content` is the kind, which `CONTENT_NAMES` has the words for. "own_code" says how much
of the code of the work's own packages is in the copy, and how much that is of the copy's code.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import numpy as np

from fingerprints.app import contents, pictures, sample, signature, tolerance, verdict
from fingerprints.app.contents import Contents, Kind
from fingerprints.app.signature import App
from fingerprints.archive import Budget, kind
from fingerprints.archive.kind import APK, HAP, IPA, JAR, XAPK
from fingerprints.calibration import calibration
from fingerprints.contract import Aligned, Comparison, Fingerprint, Lookup, Part, Probe
from fingerprints.errors import FingerprintError, NothingToPrint, Undecodable
from fingerprints.image import hashes
from fingerprints.media_type import ARCHIVES, UNKNOWN, WXAPKG
from fingerprints.sizes import checked_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.app.identity import Identity
    from fingerprints.app.sample import Overlap
    from fingerprints.app.verdict import Share
    from fingerprints.contract import Limits

UNIT: Final = "share not in common"
CONTENT_NAMES: Final = {
    "code": ("code", "代码"),
    "own_code": ("code of the maker's own packages", "自有代码"),
    "strings": ("words in the code", "代码中的字符串"),
    "files": ("resource files", "资源文件"),
    "texts": ("words on the screen", "界面文字"),
    "chunks": ("libraries and other long files", "程序库等大文件"),
    "pictures": ("pictures", "图片"),
}
"""What people call each kind of content, in English and Chinese; the keys are stored."""

_SAMPLED: Final = {
    Kind.CODE: 1024,
    Kind.STRINGS: 512,
    Kind.FILES: 512,
    Kind.TEXTS: 512,
    Kind.CHUNKS: 512,
    Kind.OWN_CODE: 256,
    Kind.OWN_STRINGS: 128,
}
_TERMS_AS: Final = {Kind.OWN_CODE: Kind.CODE, Kind.OWN_STRINGS: Kind.STRINGS}
_TERMS: Final = 160  # of each kind, those of the lowest ranks
_MIN_SHARED: Final = 3
_LEAST_FEATURES: Final = 6
_BLOCK: Final = 4 << 20
_LINE: Final = 0.5
_SAID: Final = 0.3  # share: less is no evidence to show

# A term's kind is its lowest three bits, but for pictures': kind, place and value.
_DIGEST_TERM: Final = 7
_PICTURE_TERMS: Final = (np.arange(16, dtype=np.int64)[:, None] << 32) | (1 << 62)

_PROGRAMS: Final = frozenset({APK, XAPK, IPA, JAR, HAP, WXAPKG})
_BINARIES: Final = frozenset(
    {
        UNKNOWN,
        "application/vnd.microsoft.portable-executable",
        "application/x-dex",
        "application/x-elf",
    }
)
_ONE_BIT: Final = np.concatenate([[0], 1 << np.arange(16)]).astype(np.int64)
"""What a row of a picture's hash differs by from itself and from its nearest."""


class AppModality:
    """Recognises programs re-signed, renamed, shrunk, packed, or with advertising added."""

    name: ClassVar[str] = "app"
    version: ClassVar[int] = 3
    span_unit: ClassVar[str] = "share"
    media_types: ClassVar[frozenset[str]] = _PROGRAMS | ARCHIVES | _BINARIES

    def extract(
        self,
        source: BinaryIO,
        *,
        limits: Limits,
        media_type: str | None = None,  # noqa: ARG002 (the bytes say it better)
    ) -> Fingerprint:
        """Fingerprint one program; members that can't be read are left out."""
        try:
            app = _app(source, limits)
        except FingerprintError:
            raise
        except Exception as error:  # readers of hostile bytes may miss a case
            raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error
        part = Part(position=0.0, terms=_terms(app), signature=signature.packed(app))
        return Fingerprint(modality=self.name, version=self.version, parts=(part,), extent=1.0)

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for the same file, for three features of any kinds, and for each picture."""
        (app,) = _unpacked(fingerprint)
        lookups = [
            Lookup(np.array([_digest_term(app)], np.int64)),
            Lookup(_feature_terms(app, len(Kind) * max(_SAMPLED.values())), _MIN_SHARED),
        ]
        for one in app.pictures:
            near = hashes.slots(one)[:, None] ^ _ONE_BIT
            lookups.append(Lookup(np.unique(near | _PICTURE_TERMS), 2))
        return Probe(self.name, tuple(one for one in lookups if one.terms.size))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:
        """Return what the program says of itself; `certificate` is the first signer's SHA-256."""
        said = self.identity(fingerprint)
        facts = {"package": said.package, "version": said.version, "label": said.label}
        facts["certificate"] = said.certificates[0] if said.certificates else ""
        return {name: fact for name, fact in facts.items() if fact}

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Compare by each kind of content, and by all of them; the strongest witness counts."""
        (ours,), (theirs,) = _unpacked(query), _unpacked(reference)
        found = verdict.shares(ours, theirs)
        said = verdict.witnesses(ours, theirs, found)
        score = calibration(self.name).best(said)
        spans = tuple(_spans(ours, theirs, found)) if score >= _LINE else ()
        return Comparison(score, 1.0 - max(said["whole"], said["file"]), UNIT, spans)

    def identity(self, fingerprint: Fingerprint) -> Identity:
        """Return what the program says of itself: package, version, label, certificates."""
        return _unpacked(fingerprint)[0].identity

    def layout(self, fingerprint: Fingerprint) -> dict[str, tuple[float, float]]:
        """Say which stretch of [0, 1] stands for which kind of content."""
        return _unpacked(fingerprint)[0].layout()


def _unpacked(fingerprint: Fingerprint) -> list[App]:
    return [signature.unpacked(part.signature) for part in fingerprint.parts]


def _app(source: BinaryIO, limits: Limits) -> App:
    digest, size = _digest(source, limits)
    if not size:
        raise Undecodable("empty")
    media_type = kind(source)
    budget = Budget(limits, size)
    if media_type == UNKNOWN:
        found = contents.read_binary(source, limits)
    elif media_type in _PROGRAMS:
        found = contents.read(tolerance.as_android_reads(source), limits, budget)
    elif media_type in ARCHIVES:
        found = contents.read(source, limits, budget)
        found.pictures.clear()  # pages of a comic or book: other modalities read those
    else:
        raise NothingToPrint(f"no program but {media_type}")
    if media_type == APK:
        found.sign(source)
    return _sampled(found, digest, limits)


def _sampled(found: Contents, digest: bytes, limits: Limits) -> App:
    samples = {one: sample.sample(*found.of(one), size) for one, size in _SAMPLED.items()}
    longest = [member for *_, member in sorted(found.pictures, key=lambda one: one[:2])[::-1]]
    shown = pictures.pictures(longest, limits)
    if sum(one.total for one in samples.values()) + len(shown) < _LEAST_FEATURES:
        raise NothingToPrint(
            "nothing but what many programs carry: only this very file is known again"
        )
    return App(digest, found.identity, samples, shown)


def _digest(source: BinaryIO, limits: Limits) -> tuple[bytes, int]:
    """SHA-256 and length of the file; raises `TooLarge`."""
    size = checked_size(source, limits)
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    return digest.digest(), size


def _terms(app: App) -> NDArray[np.int64]:
    shown = [np.array([_digest_term(app)], np.int64), _feature_terms(app, _TERMS)]
    shown += [(hashes.slots(one)[:, None] | _PICTURE_TERMS).reshape(-1) for one in app.pictures]
    return np.unique(np.concatenate(shown))


def _digest_term(app: App) -> int:
    return int.from_bytes(app.digest[:8], "big") >> 2 & ~7 | _DIGEST_TERM


def _feature_terms(app: App, most: int) -> NDArray[np.int64]:
    """(n,) terms of at most so many features of each kind."""
    found = [np.zeros(0, np.int64)]
    for number, one in app.samples.items():
        lowest = np.argsort(sample.ranks(one.hashes, one.codes), kind="stable")[:most]
        heads = (one.hashes[lowest] >> np.uint64(2)).astype(np.int64)
        found.append(heads & ~7 | _TERMS_AS.get(number, number))
    return np.unique(np.concatenate(found))


def _spans(ours: App, theirs: App, found: dict[str, Share]) -> Iterator[Aligned]:
    """Yield a span for each kind of which enough is in both, and for the work's own code."""
    own = sample.overlap(ours.samples[Kind.CODE], theirs.samples[Kind.OWN_CODE])
    overlaps = {name: one.overlap for name, one in found.items()} | {"own_code": own}
    shares = {name: one.share for name, one in found.items()} | {"own_code": own.of_theirs}
    here, there = ours.layout(), theirs.layout()
    both = [name for name in here if name in there]
    enough = [name for name in both if shares[name] >= _SAID]
    strongest = sorted((one for one in both if one in found), key=lambda one: -found[one].raw)
    for name in enough or strongest[:1]:
        if overlaps[name].shared:
            yield _span(name, overlaps[name], here[name], there[name])


def _span(
    content: str, overlap: Overlap, here: tuple[float, float], there: tuple[float, float]
) -> Aligned:
    copy, work = (
        (start, start + (end - start) * share)
        for (start, end), share in ((here, overlap.of_ours), (there, overlap.of_theirs))
    )
    return Aligned(copy, work, content=content)
