"""How well the body of a page is told from what stands around it, beside the peers."""
