"""Archives: what is in them, unpacked as it is read and never further than the limits."""

from fingerprints.archive.budget import Budget
from fingerprints.archive.kind import kind
from fingerprints.archive.member import Member, natural_order
from fingerprints.archive.reading import members

__all__ = ["Budget", "Member", "kind", "members", "natural_order"]
