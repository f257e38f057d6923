"""What operators see in Kibana: data views, searches and dashboards made from the documents."""
