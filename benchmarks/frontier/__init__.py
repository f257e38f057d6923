"""What a queue of a million URLs costs."""
