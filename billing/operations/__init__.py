"""Use cases: open a transaction, load, decide, save."""
