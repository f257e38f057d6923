"""Text: how novels, articles, lyrics and standards are recognised."""

from fingerprints.text.main import MainText, main_text, read_main
from fingerprints.text.modality import TextModality
from fingerprints.text.reading import read_text

__all__ = ["MainText", "TextModality", "main_text", "read_main", "read_text"]
