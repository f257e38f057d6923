"""The accuracy bench of chapters, and what pirates do to them."""

from typing import Final

from benchmarks.accuracy.suite import Suite
from benchmarks.accuracy.text.attacks import ATTACKS
from benchmarks.accuracy.text.originals import originals
from benchmarks.accuracy.text.peers import PEERS

SUITE: Final = Suite("text", originals, ATTACKS, PEERS)
