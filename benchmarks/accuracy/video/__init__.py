"""The accuracy bench of clips and films, what is done to them, and vpdq."""

from typing import Final

from benchmarks.accuracy.suite import Suite
from benchmarks.accuracy.video.attacks import ATTACKS
from benchmarks.accuracy.video.originals import originals
from benchmarks.accuracy.video.peers import PEERS

SUITE: Final = Suite("video", originals, ATTACKS, PEERS)
