"""Reports: what the store holds, written out for people to read."""
