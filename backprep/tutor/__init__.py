"""A tutor for assistants that speak the Model Context Protocol; it cannot spoil."""
