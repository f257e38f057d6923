"""Capture: what a server was asked and what it answered, kept as it came."""
