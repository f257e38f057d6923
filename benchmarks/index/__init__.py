"""What looking a fingerprint up costs, by how many are stored, beside the peers."""
