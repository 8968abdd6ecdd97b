"""`python -m tests.bench [--quick] [--only ingest] [--folder .]`: measure, print, write bench.json and bench.svg."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import uvloop
from rich.console import Console

from tests.bench import closing, feed, ingest, reads, rollup
from tests.bench.bench import Bench
from tests.bench.plot import draw
from tests.bench.report import print_rows, write_json
from tests.bench.stage import stage

WORKLOADS = {"ingest": ingest, "rollup": rollup, "closing": closing, "reads": reads, "feed": feed}

# A quick run measures these on one stage after the other, as to start a stack takes longer than some of them.
TOGETHER = (("ingest", "rollup", "reads"), ("closing", "feed"))


def main() -> int:
    """Run the workloads; a goal that is missed is said, and fails nothing."""
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 150)
    options.folder.mkdir(parents=True, exist_ok=True)  # before anything is measured for nothing
    bench = Bench(options.quick, console)
    for names in _stages(options.only or WORKLOADS, quick=options.quick):
        uvloop.run(_measure(bench, names))
        write_json(bench.results, options.folder / "bench.json", quick=options.quick)  # what a run cut off keeps
        draw(bench.results, options.folder / "bench.svg")
    missed = [row for row in bench.results.rows if row.met is False]
    bench.tell(f"written: {options.folder / 'bench.json'} and bench.svg")
    if missed:
        console.print("\nGoals that were missed:")
        print_rows(missed, console)
    return 0


def _stages(wanted: Collection[str], *, quick: bool) -> list[Sequence[str]]:
    """The workloads, by the stage on which they are measured."""
    together = TOGETHER if quick else [(name,) for name in WORKLOADS]
    shared = [[name for name in names if name in wanted] for names in together]
    return [names for names in shared if names]


async def _measure(bench: Bench, names: Sequence[str]) -> None:
    """On one stage, with the workers that the first of them needs."""
    bench.tell(f"{names[0]}: a stack is started")
    async with stage(worker_count=WORKLOADS[names[0]].WORKERS) as on:
        for name in names:
            bench.tell(name)
            await WORKLOADS[name].measure(bench, on)
            on.stop_workers()  # so that nothing goes on beside what is measured next


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the largest sizes: under two minutes")
    parser.add_argument("--only", action="append", choices=tuple(WORKLOADS), help="one workload; may be given again")
    parser.add_argument("--folder", type=Path, default=Path(), help="where bench.json and bench.svg are written")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
