"""Keys: a list of them opens, the first one seals, and a record that is closed or erased opens for nobody."""

from dataclasses import replace

import pytest
from flask import Flask

from app import vault

OLD, NEW = "the-old-key-that-was-there-from-the-start", "the-new-key-that-takes-the-old-one's-place"
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def keys(app: Flask, context: None) -> "Keys":
    """The application's DATA_KEY, which a test may change."""
    return Keys(app)


class Keys:
    """Changes DATA_KEY as a restart would."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def become(self, *keys: str) -> None:
        self.app.config["SETTINGS"] = replace(self.app.config["SETTINGS"], data_keys=keys)
        self.app.extensions.pop("stillpoint-keys", None)


def test_what_an_older_key_sealed_opens_while_it_stands_in_the_list(keys: Keys) -> None:
    keys.become(OLD)
    client, words = vault.new_wrapped_key(), vault.seal_for_practice("for staff", "here")
    sealed = vault.seal("a word", client, "there")
    keys.become(NEW, OLD)
    assert vault.open_sealed(sealed, client, "there") == "a word"
    assert vault.open_for_practice(words, "here") == "for staff"
    keys.become(NEW)
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(sealed, client, "there")


def test_a_rewrapped_key_needs_the_old_one_no_more(keys: Keys) -> None:
    keys.become(OLD)
    client, words = vault.new_wrapped_key(), vault.seal_for_practice("for staff", "here")
    sealed = vault.seal("a word", client, "there")
    keys.become(NEW, OLD)
    again, words_again = vault.rewrapped(client), vault.resealed_for_practice(words, "here")
    assert again is not None
    assert words_again is not None
    keys.become(NEW)
    assert vault.open_sealed(sealed, again, "there") == "a word"
    assert vault.open_for_practice(words_again, "here") == "for staff"
    assert vault.rewrapped(again) is None
    assert vault.resealed_for_practice(words_again, "here") is None


def test_digests_stay_the_same_whatever_seals_now(keys: Keys) -> None:
    keys.become(OLD)
    before = vault.keyed_digest("audit", b"a line")
    keys.become(NEW, OLD)
    assert vault.keyed_digest("audit", b"a line") == before


def test_a_closed_key_opens_nothing_until_it_is_opened_again(keys: Keys) -> None:
    keys.become(OLD)
    client = vault.new_wrapped_key()
    sealed, closed = vault.seal("a word", client, "there"), vault.close_key(client)
    for attempt in (
        lambda: vault.open_sealed(sealed, closed, "there"),
        lambda: vault.seal("more", closed, "there"),
        lambda: vault.open_bytes(sealed, closed, "there"),
    ):
        with pytest.raises(vault.Closed):
            attempt()
    assert vault.close_key(closed) == closed
    keys.become(NEW, OLD)
    again = vault.rewrapped(closed)
    assert again is not None
    with pytest.raises(vault.Closed):
        vault.open_sealed(sealed, again, "there")
    keys.become(NEW)
    assert vault.open_sealed(sealed, vault.reopen_key(again), "there") == "a word"


def test_a_destroyed_key_never_comes_back(keys: Keys) -> None:
    keys.become(OLD)
    sealed = vault.seal("a word", vault.new_wrapped_key(), "there")
    for attempt in (
        lambda: vault.open_sealed(sealed, vault.DESTROYED, "there"),
        lambda: vault.reopen_key(vault.DESTROYED),
        lambda: vault.seal("a word", vault.DESTROYED, "there"),
    ):
        with pytest.raises(vault.Closed):
            attempt()
    assert vault.close_key(vault.DESTROYED) == vault.DESTROYED
    assert vault.rewrapped(vault.DESTROYED) is None
