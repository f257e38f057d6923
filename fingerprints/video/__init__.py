"""The video modality: films, recognised by their pictures."""

from fingerprints.video.modality import VideoModality

__all__ = ["VideoModality"]
