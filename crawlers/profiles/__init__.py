"""Site profiles: what is where on the pages of a site, or of all sites of a page engine."""
