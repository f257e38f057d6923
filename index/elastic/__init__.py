"""The store on Elasticsearch, shared by many machines."""
