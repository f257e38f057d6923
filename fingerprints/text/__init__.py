"""Text: how novels, articles, lyrics and standards are recognised."""

from fingerprints.text.modality import TextModality
from fingerprints.text.reading import read_text

__all__ = ["TextModality", "read_text"]
