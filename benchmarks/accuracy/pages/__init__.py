"""The accuracy bench of books, comics and standards: a match by text or by pages counts."""

from typing import Final

from benchmarks.accuracy.pages.attacks import ATTACKS
from benchmarks.accuracy.pages.originals import originals
from benchmarks.accuracy.pages.peers import PEERS
from benchmarks.accuracy.suite import Suite

SUITE: Final = Suite("pages", originals, ATTACKS, PEERS)
