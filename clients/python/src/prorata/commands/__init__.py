"""The commands of `prorata`, one module a noun."""
