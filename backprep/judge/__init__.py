"""From an answer's file to a verdict."""
