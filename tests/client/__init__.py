"""Tests of the published client and its command."""
