"""The name under which a worker polls."""

from number_orders.runtime.worker_identity import fingerprint, settings_of, worker_identity


def test_identity_tells_settings_apart() -> None:
    """Two workers with another setting have another fingerprint of it, and only of it."""
    one = {"store": "0123abcd", "public_url": "https://a.example", "tenios_url": "https://t"}
    other = one | {"public_url": "https://b.example"}
    theirs = settings_of(worker_identity(**one)), settings_of(worker_identity(**other))
    assert theirs[0]["url"] == fingerprint("https://a.example")
    assert {name for name in theirs[0] if theirs[0][name] != theirs[1][name]} == {"url"}
    assert theirs[0].keys() == {"store", "url", "tenios"}
    assert "example" not in worker_identity(**one)


def test_foreign_identity() -> None:
    """A worker that tells nothing, or something else, has no fingerprints."""
    assert settings_of("7@host") == {}
    assert settings_of("7@host 0123abcd 0123abcd") == {}
    assert settings_of("7@host 0123abcd 0123abcd 0123abcdef") == {}
