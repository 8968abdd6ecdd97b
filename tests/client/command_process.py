"""Runs prorata commands in one process, as its start takes longer than what most of them do.

Reads one JSON object a line with the arguments and the environment, and answers one with what the command did.
"""

import json
import sys
import traceback

from typer.testing import CliRunner

from prorata.cli import app


def main() -> None:
    """Answer until the input ends."""
    runner = CliRunner()
    for line in sys.stdin:
        asked = json.loads(line)
        result = runner.invoke(app, asked["arguments"], env=asked["environment"], prog_name="prorata")
        answer = {"exit_code": result.exit_code, "out": result.stdout, "err": result.stderr}
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            answer["err"] += "".join(traceback.format_exception(result.exception))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
