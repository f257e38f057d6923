"""The accuracy bench of photographs and wallpapers, what is done to them, and the peers' hashes."""

from typing import Final

from benchmarks.accuracy.image.attacks import ATTACKS
from benchmarks.accuracy.image.originals import originals
from benchmarks.accuracy.image.peers import PEERS
from benchmarks.accuracy.suite import Suite

SUITE: Final = Suite("image", originals, ATTACKS, PEERS)
