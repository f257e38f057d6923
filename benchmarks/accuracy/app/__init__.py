"""The accuracy bench of apps, and what pirates do to them."""

from typing import Final

from benchmarks.accuracy.app.attacks import ATTACKS
from benchmarks.accuracy.app.originals import originals
from benchmarks.accuracy.app.peers import PEERS
from benchmarks.accuracy.suite import Suite

SUITE: Final = Suite("app", originals, ATTACKS, PEERS)
