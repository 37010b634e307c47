"""What the exit code of every command says; the contract fixes the numbers."""

PASSED = 0
NOT_PASSED = 1
USAGE = 2
BROKEN = 3
"""The environment: torch, the disk or the bank."""
INTERRUPTED = 130
