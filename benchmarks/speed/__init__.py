"""What fingerprinting costs on one core, beside the peers in the same run."""
