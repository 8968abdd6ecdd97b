"""The clients in other languages, each by its own test runner against a real server."""
