"""The pictures of the pages, drawn from the reference answers."""
