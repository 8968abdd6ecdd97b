"""What ends a child process when we are killed without a chance to do it ourselves."""

import subprocess
from pathlib import Path
from signal import Signals

# The shell waits for the end of its input, which is our end by whatever cause, SIGKILL too. Then: the signal
# that stops the child in order, half a minute for it, the end by force, and the temporary folders.
SCRIPT = """
read -r line
kill -s "$1" "$2"
left=30
while [ $left -gt 0 ] && kill -0 "$2"; do sleep 1; left=$((left - 1)); done
kill -s KILL "$2"
shift 2
[ $# -eq 0 ] || rm -rf -- "$@"
"""


class Guard:
    """A shell that stops our child of this pid if we die first; release it as soon as the child has ended."""

    def __init__(self, pid: int, stop_signal: Signals, temporary_folders: tuple[Path, ...] = ()) -> None:
        arguments = (stop_signal.name.removeprefix("SIG"), str(pid), *map(str, temporary_folders))
        self._shell = subprocess.Popen(
            ("/bin/sh", "-c", SCRIPT, "guard", *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C in a terminal goes to us alone
        )

    def release(self) -> None:
        """End the guard; it does nothing any more. May be called again."""
        self._shell.kill()
        self._shell.wait()
        if self._shell.stdin is not None:
            self._shell.stdin.close()
