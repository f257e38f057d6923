"""Fingerprints: bytes in, fingerprint out; compare two. Knows no network, storage or works."""
