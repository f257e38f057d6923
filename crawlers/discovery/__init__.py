"""Discovery: from registered works to the places where copies of them may be."""
