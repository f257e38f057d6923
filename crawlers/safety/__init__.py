"""Safety: a crawl reaches public addresses only, and takes no more than it wants."""
