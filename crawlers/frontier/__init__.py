"""The frontier: one contract, one folder or module a backend."""
