"""The candidate's own files."""
