"""All of prorata in containers on one machine."""
