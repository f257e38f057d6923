"""Audio: how music and sound tracks are recognised."""

from fingerprints.audio.modality import AudioModality

__all__ = ["AudioModality"]
