"""The layout modality: pages of running text, as pictures."""

from fingerprints.layout.modality import LayoutModality

__all__ = ["LayoutModality"]
