"""Cases: what becomes of matches that no grant covers."""
