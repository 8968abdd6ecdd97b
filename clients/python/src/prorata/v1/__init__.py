# Generated from protos/ by `make generate`; not to be edited.
"""The stubs of package prorata.v1."""
