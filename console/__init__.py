"""The console: what people use. The command line, and the pages and reports they read."""
