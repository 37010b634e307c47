"""What to do next, and the life of an attempt; no screen."""
