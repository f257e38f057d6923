"""`Frontier` on Redis: for any number of workers on any number of machines."""
