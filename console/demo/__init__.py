"""The demonstration: a small web of pirates on loopback, made of real content."""
