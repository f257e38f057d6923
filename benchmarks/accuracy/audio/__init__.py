"""The accuracy bench of tracks, and excerpts of them as they are put up again."""

from typing import Final

from benchmarks.accuracy.audio.attacks import ATTACKS
from benchmarks.accuracy.audio.originals import originals
from benchmarks.accuracy.audio.peers import PEERS
from benchmarks.accuracy.suite import Suite

SUITE: Final = Suite("audio", originals, ATTACKS, PEERS)
