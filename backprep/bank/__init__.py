"""What the questions are: their text is read, and nothing is run."""
