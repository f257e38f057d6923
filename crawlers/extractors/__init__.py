"""Extractors: what yt-dlp knows of a site's pages, read without a network of its own."""
