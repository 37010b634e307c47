"""Text on a terminal, for the commands and the screen."""
