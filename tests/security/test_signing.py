"""The command that makes keys and tokens, for whoever has no other issuer: the server takes what it makes."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import jwt
import pytest

from prorata import Client, ProrataError, Tls
from server.security.__main__ import main
from tests.security.conftest import MakeSecured, replaced
from tests.security.makers import AUDIENCE, ISSUER


def made(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """A token."""
    assert main(["token", str(folder), "--subject", "console", "--scope", "plans.*", *more]) == 0
    return capsys.readouterr().out.strip()


async def test_a_server_takes_the_tokens_that_are_made(
    make_secured: MakeSecured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secured = await make_secured()
    assert main(["new-key", str(tmp_path / "keys")]) == 0
    assert str(tmp_path / "keys" / "token-keys.json") in capsys.readouterr().out
    assert stat.S_IMODE((tmp_path / "keys" / "token-key.pem").stat().st_mode) == 0o600
    replaced(secured.folder / "token_keys", (tmp_path / "keys" / "token-keys.json").read_bytes())
    token = made(tmp_path / "keys", capsys, "--issuer", ISSUER, "--audience", AUDIENCE, "--role", "staff")
    tls = Tls(root_certificates=secured.authority.certificate)
    async with Client(secured.address, token=token, tls=tls) as client:
        while True:
            try:
                assert await client.plans.list_plans()
            except ProrataError:
                await asyncio.sleep(0.01)  # the server looks at its keys again in a moment
            else:
                return


def test_a_token_says_what_it_is_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-key", str(tmp_path)]) == 0
    capsys.readouterr()
    for more, seconds in (((), 3_600), (("--lifetime", "90d"), 90 * 86_400)):
        claims = jwt.decode(made(tmp_path, capsys, *more), options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == seconds
        assert (claims["sub"], claims["prorata_role"], claims["scope"]) == ("console", "self-service", "plans.*")


def test_what_can_not_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert [main(["new-key", str(folder)]) for folder in (first, second)] == [0, 0]
    capsys.readouterr()
    assert main(["new-key", str(first)]) == 2
    assert "is there already" in capsys.readouterr().err
    token = ["token", str(first), "--subject", "x", "--scope", "*"]
    (first / "token-key.pem").write_bytes((second / "token-key.pem").read_bytes())
    assert main(token) == 2
    assert "give the files that new-key made together" in capsys.readouterr().err
    (first / "token-key.pem").write_text("")
    assert main(token) == 2
    assert "the private key can not be read" in capsys.readouterr().err
    (first / "token-keys.json").unlink()
    assert main(token) == 2
    assert "can not be read (No such file or directory)" in capsys.readouterr().err
    for mistaken, why in (
        (["--lifetime", "1y"], "such as 8h"),
        (["--lifetime", "0s"], "valid for some time"),
        (["--lifetime", "367d"], "366 days at most"),
        (["--scope", "plan.read"], "there is no scope"),
        (["--subject", ""], "1 to 100 printable"),
        (["--subject", "prorata"], "the name of the service itself"),
        (["--role", "admin"], "invalid choice"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*token, *mistaken])
        assert ended.value.code == 2
        assert why in capsys.readouterr().err
