"""The digest modality: the very same file, known by its hashes."""

from fingerprints.digest.modality import DigestModality, extended, print_of
from fingerprints.digest.names import known_hash, known_hashes

__all__ = ["DigestModality", "extended", "known_hash", "known_hashes", "print_of"]
