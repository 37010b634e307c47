"""The reference answers; a package, so that no other is taken for it."""
