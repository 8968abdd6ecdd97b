"""`python -m tests.bench [--quick] [--only ingest] [--folder .]`: measure, print, write bench.json and bench.svg."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import uvloop
from rich.console import Console

from tests.bench.bench import Bench
from tests.bench.plot import draw
from tests.bench.report import print_rows, write_json

WORKLOADS = ("ingest", "rollup", "closing", "reads", "feed")  # each a module with a coroutine `run`

# A quick run measures the second on the stage of the first, as to start a stack takes longer than that.
GUESTS = {"rollup": "reads", "closing": "feed"}


def main() -> int:
    """Run the workloads; a goal that is missed is said, and fails nothing."""
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 150)
    options.folder.mkdir(parents=True, exist_ok=True)  # before anything is measured for nothing
    bench = Bench(options.quick, console)
    for name, guest in _in_order(options.only or WORKLOADS, quick=options.quick):
        uvloop.run(_run(bench, name, guest))
        write_json(bench.results, options.folder / "bench.json", quick=options.quick)  # what a run cut off keeps
        draw(bench.results, options.folder / "bench.svg")
    missed = [row for row in bench.results.rows if row.met is False]
    bench.tell(f"written: {options.folder / 'bench.json'} and bench.svg")
    if missed:
        console.print("\nGoals that were missed:")
        print_rows(missed, console)
    return 0


def _in_order(wanted: Sequence[str], *, quick: bool) -> list[tuple[str, str | None]]:
    """The workloads one after the other, each with that on its stage, if any."""
    guests = {host: guest for host, guest in GUESTS.items() if quick and host in wanted and guest in wanted}
    return [(name, guests.get(name)) for name in wanted if name not in guests.values()]


async def _run(bench: Bench, name: str, guest: str | None) -> None:
    bench.tell(name)
    run = import_module(f"tests.bench.{name}").run
    if guest is None:
        await run(bench)
    else:
        await run(bench, import_module(f"tests.bench.{guest}").measure)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the largest sizes: under two minutes")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="one workload; may be given again")
    parser.add_argument("--folder", type=Path, default=Path(), help="where bench.json and bench.svg are written")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
