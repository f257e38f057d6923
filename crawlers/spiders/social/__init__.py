"""Posts: platforms and forums, floor by floor, account by account."""
