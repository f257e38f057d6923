"""What two programs share, as evidence; how much of it strangers show is in calibration.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fingerprints.app import pictures, sample, signature
from fingerprints.app.contents import SHOWN, Kind
from fingerprints.app.sample import NONE, Overlap

if TYPE_CHECKING:
    from fingerprints.app.signature import App
    from fingerprints.contract import Fingerprint

FOUND_BY_TERMS: Final = True
"""Programs are compared only where the index finds one by the other's terms."""
_DOUBT: Final = 5.0
"""Shared features at which half of what a share says is believed: a few may be chance."""
_PICTURE_DOUBT: Final = 4.0
# What each kind counts for when all are taken together.
_WEIGHTS: Final = {"code": 1.0, "strings": 1.0, "files": 1.0, "texts": 1.0, "chunks": 0.5}
_PICTURES_WEIGHT: Final = 0.5
_RESOURCES: Final = ("files", "texts", "pictures")
_PROGRAM: Final = ("code", "strings", "chunks")
_AGREES: Final = 0.3
_DIFFERS: Final = 0.05
_OWN: Final = (
    ("code", Kind.CODE, Kind.OWN_CODE),
    ("strings", Kind.STRINGS, Kind.OWN_STRINGS),
)
_OWN_DOUBT: Final = 2.0
_OWN_PRESENT: Final = 0.5  # of the work's own: in copies that a shrinker rewrote it is more
_OF_A_LIBRARY: Final = 4  # runs of instructions in both: code is shared, whosever it is
_DISCOUNT: Final = 0.25
_OWN_SHOWN: Final = 12  # runs of instructions: a program's own code can be seen, no packer hides it
_TELLING: Final = 4  # files, texts or pictures of a work
_FEW: Final = 8  # resources: with fewer, that none of them is in the copy says nothing


class Share(NamedTuple):
    """How much of one kind of content is in both.

    `share`: 0 to 1, of the work in the copy, or of whichever is more in the other.
    `least`: how many features the poorer has.
    """

    overlap: Overlap
    share: float
    least: int
    doubt: float = _DOUBT

    @property
    def raw(self) -> float:
        """The share, less where few features say so: 0 to 1."""
        return self.share * self.overlap.shared / (self.overlap.shared + self.doubt)

    @property
    def presence(self) -> float:
        """How much this kind could say: 0 to 1."""
        return self.least / (self.least + self.doubt)


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """Return the raw statistic of each witness: 0 to 1, more is more alike."""
    ours, theirs = (signature.unpacked(one.parts[0].signature) for one in (query, reference))
    return witnesses(ours, theirs, shares(ours, theirs))


def shares(ours: App, theirs: App) -> dict[str, Share]:
    """Compare each kind of content of a copy and a work."""
    found = {}
    for kind in SHOWN:
        mine, other = ours.samples[kind], theirs.samples[kind]
        least = min(mine.total, other.total)
        found[kind.name.lower()] = _share(sample.overlap(mine, other) if least else NONE, least)
    same = pictures.same(ours.pictures, theirs.pictures)
    counts = len(ours.pictures), len(theirs.pictures)
    of_each = (same / count if count else 0.0 for count in counts)
    found["pictures"] = _share(Overlap(same, *of_each), min(counts))._replace(doubt=_PICTURE_DOUBT)
    found |= _held_to_own(found, ours, theirs)
    kept = max(found[name].share for name in _RESOURCES)
    if kept < _AGREES:
        lost = kept < _DIFFERS and _resources(theirs) >= _FEW
        found |= {name: _alone(found[name], is_lost=lost) for name in _PROGRAM}
    return found


def _held_to_own(found: dict[str, Share], ours: App, theirs: App) -> dict[str, Share]:
    """Let what is shared say no more than what is shared of the work's own packages.

    Of two strangers that bring one library nearly all may be in both, its code and its resources,
    but nothing of their own. Where the work's own packages are not known nothing is changed. Where
    no code is shared, that may be a packer's doing, unless both show code of their own: then what
    resources say is doubted.
    """
    shared_own, said, total = {}, 0.0, 0
    for name, kind, own in _OWN:
        of_work = theirs.samples[own]
        if of_work.total:
            share = _believed(sample.overlap(ours.samples[kind], of_work))
            shared_own[name] = share
            said, total = said + share * of_work.total, total + of_work.total
    if not total:
        return {}
    both = said / total
    held = {}
    for name in ("code", "strings"):
        share = min(found[name].share, shared_own.get(name, both))
        held[name] = found[name]._replace(share=share)
    if found["code"].overlap.shared >= _OF_A_LIBRARY:
        believed = max(_DISCOUNT, min(1.0, both / _OWN_PRESENT))
        held |= {
            name: found[name]._replace(share=believed * found[name].share)
            for name in (*_RESOURCES, "chunks")
        }
    elif min(one.samples[Kind.OWN_CODE].total for one in (ours, theirs)) >= _OWN_SHOWN:
        held |= _of_a_template(found, theirs)
    return held


def _of_a_template(found: dict[str, Share], theirs: App) -> dict[str, Share]:
    """Doubt resources that come with other code: two programs may be made from one template.

    Nearly all that the work shows must be in the copy. Of texts, if there are some: a template
    brings few. Then either files or pictures are enough, since pictures may be recompressed.
    """
    counts = {name: theirs.samples[Kind[name.upper()]].total for name in ("files", "texts")}
    counts["pictures"] = len(theirs.pictures)
    there = {name: found[name].overlap.of_theirs for name in _RESOURCES if counts[name] >= _TELLING}
    if "texts" in there:
        said = min(there.pop("texts"), max(there.values(), default=1.0))
    else:
        said = min(there.values(), default=0.0)
    believed = max(0.0, 2 * said - 1)
    return {
        name: found[name]._replace(share=min(found[name].share, believed))
        for name in (*_RESOURCES, "chunks")
    }


def _believed(own: Overlap) -> float:
    return own.of_theirs * own.shared / (own.shared + _OWN_DOUBT)


def _share(overlap: Overlap, least: int) -> Share:
    return Share(overlap, max(overlap.of_ours, overlap.of_theirs), least)


def _alone(one: Share, *, is_lost: bool) -> Share:
    """Doubt code that no resources come with: two programs may have a library in common.

    Much of the work must be in the copy, and nearly all where the work's resources are not.
    """
    share = one.overlap.of_theirs
    return one._replace(share=min(one.share, max(0.0, 2 * share - 1) if is_lost else share))


def _resources(app: App) -> int:
    return app.samples[Kind.FILES].total + app.samples[Kind.TEXTS].total + len(app.pictures)


def witnesses(ours: App, theirs: App, found: dict[str, Share]) -> dict[str, float]:
    """Return what each kind says, what resources say together, and what all do."""
    said = {name: share.raw for name, share in found.items()}
    said["resources"] = _together({name: found[name] for name in _RESOURCES})
    said["whole"] = _together(found)
    said["file"] = float(ours.digest == theirs.digest)
    return said


def _together(found: dict[str, Share]) -> float:
    """Mean over the kinds that both have, by how much each can say, less where that is little."""
    weights = {name: _WEIGHTS.get(name, _PICTURES_WEIGHT) for name in found}
    possible = sum(weights[name] * share.presence for name, share in found.items())
    said = sum(weights[name] * share.raw for name, share in found.items())
    return said / max(possible, 1.0)
