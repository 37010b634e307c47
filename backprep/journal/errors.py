"""How the journal fails."""


class JournalError(Exception):
    """The journal cannot be read or written; the message says what to do."""
