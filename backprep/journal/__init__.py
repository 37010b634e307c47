"""What happened: written, read back, repaired and replayed."""
