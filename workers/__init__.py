"""The arq workers: the other door of the house. Redis rings, Postgres decides."""
