"""Settings: one typed object, and the Scrapy settings module."""
