"""`python -m prorata` is the `prorata` command."""

from prorata.cli import main

if __name__ == "__main__":
    main()
