"""Cloud shares: links and codes found on pages, what providers say of them, names of files."""
