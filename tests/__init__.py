"""The checks and the tool's tests; a package, so that no other is taken for it."""
