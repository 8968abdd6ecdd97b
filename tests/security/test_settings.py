"""A server whose credentials are mistaken does not start: a line for each says which setting, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import server.__main__
from billing.process.command import read_settings
from billing.starting import CanNotStart
from deploy.local.secure import Authority
from server.app import running_server
from server.security.peers import read_callers
from server.security.token_keys import read_token_keys
from server.settings import Settings
from tests.process.test_mistakes import GOOD, set_only
from tests.security.makers import Signer, ec_signer, ed_signer, jwks, rsa_signer
from tests.server.conftest import settings_for

TOKENS = {"TOKEN_KEYS": "keys.json", "TOKEN_ISSUER": "i", "TOKEN_AUDIENCE": "a"}
TLS = {"TLS_CERTIFICATE": "server.pem", "TLS_KEY": "server.key"}
MUTUAL = {**TLS, "TLS_CLIENT_CA": "authority.pem"}
OUTSIDE = {"LISTEN_ADDRESS": "0.0.0.0:0"}
FILES = {"TLS_CERTIFICATE", "TLS_KEY", "TLS_CLIENT_CA", "CALLERS", "TOKEN_KEYS"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With good files of every kind, and some that are not."""
    authority, other = Authority(), Authority()
    server = authority.issue("server", hosts=("localhost",))
    old = authority.issue("server", valid=timedelta(seconds=-1))
    for name, content in {
        "authority.pem": authority.certificate,
        "server.pem": server.certificate,
        "server.key": server.key,
        "other.key": other.issue("other").key,
        "old.pem": old.certificate,
        "old.key": old.key,
        "callers.json": b'{"x": {"role": "staff", "scopes": ["*"]}}',
        "keys.json": jwks(rsa_signer(), ec_signer(), ed_signer()),
        "text": b"let me in",
        "none.json": b'{"keys": []}',
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, **given: str) -> list[str]:
    """What the server says when it is started with these settings, of which files are in the folder."""
    placed = {name: str(folder / value) if name in FILES and value else value for name, value in given.items()}
    set_only(monkeypatch, **{**GOOD, **placed})
    assert server.__main__.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.replace(f"{folder}/", "").splitlines()


MISTAKES: list[tuple[dict[str, str], str, str]] = [
    ({"TLS_CERTIFICATE": "server.pem"}, "PRORATA_TLS_CERTIFICATE needs PRORATA_TLS_KEY: ", "or neither"),
    ({"TLS_KEY": "server.key"}, "PRORATA_TLS_KEY needs PRORATA_TLS_CERTIFICATE: ", "or neither"),
    ({"TLS_CLIENT_CA": "authority.pem"}, "PRORATA_TLS_CLIENT_CA needs PRORATA_TLS_CERTIFICATE: ", "or neither"),
    ({"CALLERS": "callers.json"}, "PRORATA_CALLERS needs PRORATA_TLS_CLIENT_CA: ", "or neither"),
    (MUTUAL, "PRORATA_TLS_CLIENT_CA alone does not say who may do what: ", "PRORATA_TOKEN_AUDIENCE"),
    ({**TOKENS, "TOKEN_ISSUER": ""}, "PRORATA_TOKEN_KEYS needs PRORATA_TOKEN_ISSUER: ", "or neither"),
    ({**TOKENS, "TOKEN_AUDIENCE": ""}, "PRORATA_TOKEN_KEYS needs PRORATA_TOKEN_AUDIENCE: ", "or neither"),
    ({**TOKENS, "TOKEN_KEYS": ""}, "PRORATA_TOKEN_ISSUER needs PRORATA_TOKEN_KEYS: ", "or neither"),
    ({**MUTUAL, **TOKENS, "CALLERS": "callers.json"}, "PRORATA_CALLERS and PRORATA_TOKEN_KEYS both say", "either)"),
    (
        {**TLS, "TLS_KEY": "nowhere"},
        "PRORATA_TLS_KEY is 'nowhere': nowhere can not be read",
        "(No such file or directory)",
    ),
    ({**TLS, "TLS_KEY": "text"}, "PRORATA_TLS_CERTIFICATE and PRORATA_TLS_KEY: the key can not be read", "password"),
    ({**TLS, "TLS_KEY": "other.key"}, "PRORATA_TLS_CERTIFICATE and PRORATA_TLS_KEY: the key is not that of", "file"),
    (
        {"TLS_CERTIFICATE": "old.pem", "TLS_KEY": "old.key"},
        "PRORATA_TLS_CERTIFICATE and PRORATA_TLS_KEY: the certificate is valid from",
        "renew it",
    ),
    ({**TLS, "TLS_CERTIFICATE": "text"}, "PRORATA_TLS_CERTIFICATE is 'text': it has no certificate", "CERTIFICATE)"),
    ({**MUTUAL, "TLS_CLIENT_CA": "text"}, "PRORATA_TLS_CLIENT_CA is 'text': it has no certificate", "CERTIFICATE)"),
    ({**MUTUAL, "TLS_CLIENT_CA": "old.pem"}, "PRORATA_TLS_CLIENT_CA is 'old.pem': no authority in it is", "renew it"),
    ({**TOKENS, "TOKEN_KEYS": "text"}, "PRORATA_TOKEN_KEYS is 'text': it is no JSON", "{'keys': [...]}"),
    ({**TOKENS, "TOKEN_KEYS": "none.json"}, "PRORATA_TOKEN_KEYS is 'none.json': it has no keys", "at least"),
    ({**MUTUAL, "CALLERS": "text"}, "PRORATA_CALLERS is 'text': it is no JSON", '"usage.*"]}}'),
    (OUTSIDE, "PRORATA_LISTEN_ADDRESS is '0.0.0.0:0', which others can reach: it needs TLS", "127.0.0.1:50051"),
    ({**OUTSIDE, **TLS}, "PRORATA_LISTEN_ADDRESS is '0.0.0.0:0', which others can reach: it needs tokens", "50051"),
    ({**OUTSIDE, **TOKENS}, "PRORATA_LISTEN_ADDRESS is '0.0.0.0:0', which others can reach: it needs TLS", "50051"),
    ({"HEALTH_ADDRESS": "50052"}, "PRORATA_HEALTH_ADDRESS is '50052': give a host and a port", "127.0.0.1:50051"),
]


@pytest.mark.parametrize(("given", "begins", "ends"), MISTAKES, ids=[begins for _, begins, _ in MISTAKES])
def test_a_mistake_is_told_in_a_line(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: dict[str, str],
    begins: str,
    ends: str,
) -> None:
    [line] = lines(monkeypatch, capsys, folder, **given)
    assert line.startswith(begins)
    assert line.endswith(ends)


def test_mistaken_files_are_told_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = lines(
        monkeypatch, capsys, folder, TLS_CERTIFICATE="text", TLS_KEY="nowhere", **{**TOKENS, "TOKEN_KEYS": "text"}
    )
    assert [line.partition(" ")[0] for line in told] == [
        "PRORATA_TLS_CERTIFICATE",
        "PRORATA_TLS_KEY",
        "PRORATA_TOKEN_KEYS",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        TLS,
        TOKENS,
        {**TLS, **TOKENS, **OUTSIDE},
        {**MUTUAL, **TOKENS, **OUTSIDE},
        {**MUTUAL, "CALLERS": "callers.json", **OUTSIDE},
        dict.fromkeys(FILES, ""),
    ],
)
def test_what_goes_together_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    placed = {name: str(folder / value) if name in FILES and value else value for name, value in given.items()}
    set_only(monkeypatch, **{**GOOD, **placed})
    settings = read_settings(Settings)
    assert settings.knows_callers == ("TOKEN_ISSUER" in given or bool(given.get("CALLERS")))


async def test_a_file_that_has_become_no_good_since_is_told_likewise(
    folder: Path, database: str, stores: tuple[str, str]
) -> None:
    """By the time a server of several starts, files may have been replaced."""
    given = {"token_keys": folder / "keys.json", "token_issuer": "i", "token_audience": "a"}
    settings = settings_for(database, stores[1], **given)
    (folder / "keys.json").write_text("{}")
    with pytest.raises(CanNotStart, match="PRORATA_TOKEN_KEYS: it has no keys"):
        async with running_server(settings):
            pass


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    public = dict(ed_signer().public)
    change(public)
    return json.dumps({"keys": [rsa_signer().public, public]}).encode()


def _for(signer: Signer, **changes: Any) -> Signer:
    return signer._replace(public={**signer.public, **changes})


def test_keys_for_something_else_are_passed_over() -> None:
    """Issuers put all their keys into one file, those for encryption and for algorithms of other services too."""
    own = _for(rsa_signer("own"), use="sig", alg="RS256", x5t="AAAA")
    others = (
        _for(rsa_signer("encryption"), use="enc", alg="RSA-OAEP"),
        _for(rsa_signer("other hash"), use="sig", alg="RS512"),
        _for(rsa_signer("to sign"), key_ops=["sign"]),
        _for(rsa_signer("to nothing"), key_ops=7),
        _for(ed_signer("another curve"), crv="Ed448"),
        _for(ed_signer("another algorithm"), alg="RS256"),
        _for(ed_signer("unknown"), kty="AKP"),
        ec_signer("large", ec.SECP384R1()),
    )
    both = _for(ed_signer("both"), key_ops=["sign", "verify"])
    assert read_token_keys(jwks(*others[:4], own, *others[4:], both)).keys() == {"own", "both"}


BAD_KEYS: list[tuple[Callable[[], bytes], str]] = [
    (lambda: _changed(lambda key: key.pop("kid")), r"keys\[1\]: it has no kid"),
    (lambda: _changed(lambda key: key.update(kid="rsa")), r"keys\[1\]: there is another key with the kid 'rsa'"),
    (lambda: _changed(lambda key: key.update(d="AAAA")), r"keys\[1\]: it is a private or a secret key"),
    (lambda: _changed(lambda key: key.update(kty="oct", k="AAAA")), r"keys\[1\]: it is a private or a secret key"),
    (lambda: _changed(lambda key: key.update(x="AAAA")), r"keys\[1\]: it can not be read"),
    (lambda: _changed(lambda key: key.pop("x")), r"keys\[1\]: it can not be read"),
    (lambda: jwks(rsa_signer(bits=1024)), r"keys\[0\]: it has 1024 bits"),
    (lambda: jwks(ec_signer(curve=ec.SECP384R1())), r"keys\[0\]: keys are RSA, EC on P-256"),
    (
        lambda: jwks(_for(ed_signer(), use="enc"), _for(ed_signer(), alg="RS256")),
        r"keys\[0\]: it is not for signatures",
    ),
    (lambda: b"[]", "it has no keys"),
    (lambda: b'{"keys": [7]}', r"keys\[0\]: it is no key"),
]


@pytest.mark.parametrize(("content", "why"), BAD_KEYS, ids=[why for _, why in BAD_KEYS])
def test_a_key_that_is_no_good_is_named(content: Callable[[], bytes], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_token_keys(content())


BAD_CALLERS = [
    ("[]", "it names no callers"),
    ("{}", "it names no callers"),
    ('{"": {"role": "staff", "scopes": []}}', "'' names a caller: it must have 1 to 100 printable characters"),
    ('{"%s": {"role": "staff", "scopes": []}}' % ("x" * 101), "it must have 1 to 100 printable characters"),
    (r'{"a\u0000b": {"role": "staff", "scopes": []}}', "it must have 1 to 100 printable characters"),
    ('{"prorata": {"role": "staff", "scopes": []}}', "'prorata' is the name of the service itself"),
    ('{"x": {"role": "staff"}}', "'x': give its role and its scopes, and nothing else"),
    ('{"x": {"role": "staff", "scopes": [], "name": "y"}}', "'x': give its role and its scopes, and nothing else"),
    ('{"x": {"role": "admin", "scopes": []}}', "'x': its role is staff or self-service"),
    ('{"x": {"role": "staff", "scopes": "*"}}', "'x': its scopes are a list of texts"),
    ('{"x": {"role": "staff", "scopes": ["plan.read"]}}', "'x': there is no scope 'plan.read'"),
    ('{"x": {"role": "self-service", "scopes": []}, "x": {"role": "staff", "scopes": ["*"]}}', "'x' is there twice"),
    ('{"x": {"role": "self-service", "role": "staff", "scopes": ["*"]}}', "'role' is there twice"),
]


@pytest.mark.parametrize(("content", "why"), BAD_CALLERS, ids=[why for _, why in BAD_CALLERS])
def test_a_caller_that_is_no_good_is_named(content: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_callers(content.encode())
