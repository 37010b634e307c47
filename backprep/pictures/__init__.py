"""The site's pictures, drawn from numbers that were computed or measured."""
