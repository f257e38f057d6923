"""Crawlers: find what stands on the web, capture it, have it examined."""
