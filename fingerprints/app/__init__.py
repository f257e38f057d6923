"""The app modality: programs and games, packed as APK, bundle, IPA, JAR, archive or executable."""

from fingerprints.app.modality import AppModality

__all__ = ["AppModality"]
