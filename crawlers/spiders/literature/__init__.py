"""Books: from the catalogue to every chapter and every page of it."""
