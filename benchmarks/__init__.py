"""What it costs and how well it finds, beside the peers, in one run."""
