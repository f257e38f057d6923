"""The accuracy bench of pages of running text that are put up as pictures."""

from typing import Final

from benchmarks.accuracy.layout.attacks import ATTACKS
from benchmarks.accuracy.layout.originals import originals
from benchmarks.accuracy.pages.peers import PEERS
from benchmarks.accuracy.suite import Suite

SUITE: Final = Suite("layout", originals, ATTACKS, PEERS)
