"""Media that come in parts: lists of segments, and files too large to be fetched whole."""
