"""The app modality: programs and games, packed as APK, bundle, IPA, JAR, archive or executable."""

from fingerprints.app.modality import CONTENT_NAMES, AppModality

__all__ = ["CONTENT_NAMES", "AppModality"]
