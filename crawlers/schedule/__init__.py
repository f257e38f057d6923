"""When targets are crawled: set times, windows, observed change; a due crawl begins once."""
