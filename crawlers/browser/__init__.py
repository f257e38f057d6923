"""The browser: shows pages that scripts build, and reaches the network only through the crawl."""
