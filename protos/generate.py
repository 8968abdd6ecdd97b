"""Generate the Python stubs into the published client. Run by `make generate`; needs nothing but the environment."""

import re
import shutil
import sys
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


def generate() -> int:
    """Write the stubs; returns protoc's exit code."""
    package = TARGET / "prorata" / "v1"
    for stale in [*package.glob("*_pb2*.py"), *package.glob("*_pb2*.pyi")]:
        stale.unlink()
    package.mkdir(parents=True, exist_ok=True)
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    code = protoc.main([
        "protoc", f"-I{PROTOS}", f"-I{COMMON}", f"-I{well_known}",
        f"--python_out={TARGET}", f"--grpc_python_out={TARGET}", f"--mypy_out=quiet:{TARGET}",
        f"--mypy_grpc_out=quiet,only_async:{TARGET}",
        *(str(path) for path in sorted((PROTOS / "prorata" / "v1").glob("*.proto"))),
    ])
    for path in [*package.glob("*_pb2*.py"), *package.glob("*_pb2*.pyi")]:
        text = path.read_text()
        if path.name.endswith("_pb2_grpc.py") and not re.search(r"^class ", text, re.MULTILINE):
            path.unlink()          # protoc writes one for every file; only services need it
            continue
        if path.name.endswith("_pb2_grpc.pyi") and not re.search(r"^class ", text, re.MULTILINE):
            path.unlink()
            continue
        path.write_text(MARK + text)
    (package / "__init__.py").write_text(MARK + '"""The stubs of package prorata.v1."""\n')
    return int(code)


if __name__ == "__main__":
    copy_common_protos()
    sys.exit(generate())
