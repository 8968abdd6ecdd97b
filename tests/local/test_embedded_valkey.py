"""The embedded Valkey: it serves on loopback only, keeps nothing unless asked, and finds a free port."""

from pathlib import Path

import pytest
import redis

from deploy.local import ChildError, EmbeddedValkey, valkey
from deploy.local.valkey import free_port


def connect(server: EmbeddedValkey) -> "redis.Redis":
    return redis.Redis.from_url(server.url, decode_responses=True)


def test_answers_and_leaves_nothing_behind() -> None:
    with EmbeddedValkey() as server, connect(server) as client:
        assert server.url.startswith("redis://127.0.0.1:")
        assert client.ping()
        assert client.config_get("appendonly") == {"appendonly": "no"}
        assert client.config_get("save") == {"save": ""}
        home = Path(client.config_get("dir")["dir"])
    assert not home.exists()


def test_keeps_nothing_by_default(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path)
    with server, connect(server) as client:
        client.set("key", "value")
    with server, connect(server) as client:
        assert client.get("key") is None


def test_keeps_what_it_is_told_to(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path, {"appendonly": "yes"})
    with server, connect(server) as client:
        client.set("key", "value")
    with server, connect(server) as client:
        assert client.get("key") == "value"


def test_takes_another_port_when_one_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedValkey() as first:
        taken = int(first.url.split(":")[2].removesuffix("/0"))
        ports = iter([taken, taken, free_port()])
        monkeypatch.setattr(valkey, "free_port", lambda: next(ports))
        with EmbeddedValkey() as second, connect(second) as client:
            assert second.url != first.url
            assert client.ping()


def test_bad_settings_are_told_with_the_end_of_the_log() -> None:
    with pytest.raises(ChildError, match="appendonly"):
        EmbeddedValkey(settings={"appendonly": "perhaps"}).start()
