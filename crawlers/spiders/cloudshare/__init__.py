"""Cloud shares: from the posts that name them to what lies in them."""
