"""Pictures drawn on the user's machine."""
