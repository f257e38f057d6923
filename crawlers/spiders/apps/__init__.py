"""Apps: stores, download pages, F-Droid repositories."""
