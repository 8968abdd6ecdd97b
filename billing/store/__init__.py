"""The only SQL: one function per statement, the statement right above it."""
