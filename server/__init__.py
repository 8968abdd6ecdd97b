"""The gRPC server: one door of the house. Parse, one operation, convert, return."""
