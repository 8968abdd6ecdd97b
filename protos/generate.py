"""Generate the Python stubs into the published client. Run by `make generate`; needs nothing but the environment."""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import google.type
import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
COMMON = PROTOS / ".googleapis"
TARGET = ROOT / "clients" / "python" / "src"
MARK = "# Generated from protos/ by `make generate`; not to be edited.\n"


def copy_common_protos() -> None:
    """Copy google.type and google.rpc from the installed googleapis-common-protos into an ignored folder."""
    source = Path(next(iter(google.type.__path__))).parent
    for name in ("type/date", "type/decimal", "type/money"):
        target = COMMON / "google" / f"{name}.proto"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / f"{name}.proto", target)


def generate(target: Path) -> int:
    """Write the stubs below a folder; returns protoc's exit code."""
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    programs = str(Path(sys.executable).parent)  # where the plugins of mypy-protobuf are
    os.environ["PATH"] = os.pathsep.join((programs, os.environ.get("PATH", "")))
    code: int = protoc.main(
        [
            "protoc",
            f"-I{PROTOS}",
            f"-I{COMMON}",
            f"-I{well_known}",
            f"--python_out={target}",
            f"--grpc_python_out={target}",
            f"--mypy_out=quiet:{target}",
            f"--mypy_grpc_out=quiet,only_async:{target}",
            *(str(path) for path in sorted((PROTOS / "prorata" / "v1").glob("*.proto"))),
        ]
    )
    return code


def install(source: Path) -> None:
    """Put generated stubs in the place of those of the client, marked as generated."""
    package = TARGET / "prorata" / "v1"
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    for path in sorted((source / "prorata" / "v1").iterdir()):
        text = path.read_text()
        if "_pb2_grpc." in path.name and not re.search(r"^class ", text, re.MULTILINE):
            continue  # protoc writes one for every file; only services need it
        (package / path.name).write_text(MARK + text)
    (package / "__init__.py").write_text(MARK + '"""The stubs of package prorata.v1."""\n')


def main() -> int:
    """The command; returns the exit code. The stubs stay as they are when it is not 0."""
    copy_common_protos()
    with tempfile.TemporaryDirectory() as folder:
        code = generate(Path(folder))
        if code == 0:
            install(Path(folder))
    return code


if __name__ == "__main__":
    sys.exit(main())
