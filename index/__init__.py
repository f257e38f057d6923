"""The index: every stored document, where it is stored, and whose a fingerprint is."""
