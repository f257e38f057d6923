"""The image modality: photographs, drawings, scans and screenshots."""

from fingerprints.image.modality import ImageModality

__all__ = ["ImageModality"]
