"""What a crawl costs, beside bare Scrapy downloading the same pages."""
