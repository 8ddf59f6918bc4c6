"""The worlds of a server: opened at first use, bounded, gone when nobody uses them, and never mixed up."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import SECOND
from simulator.contract.contract import built_in
from simulator.errors import BoundError, ExpiredError, SettingError
from simulator.settings import Settings
from simulator.world import commands, worlds
from simulator.world.worlds import KEY_LENGTH_MAX, STRAYS_MAX, Worlds

IDLE = 100 * SECOND


class Watch:
    """The stopwatch of the machine, in our hand."""

    def __init__(self) -> None:
        self.now = 0

    def read(self) -> int:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(worlds, "stopwatch", made.read)
    return made


def make(**settings: Any) -> Worlds:
    return Worlds(Settings(**{"clock": "virtual", "world_idle": IDLE, **settings}), built_in())


@pytest.mark.parametrize(
    ("key", "keys", "opens"),
    [
        ("test-key", "test", True),
        ("test-", "test", True),
        ("test", "test", False),
        ("Test-key", "test", False),
        ("prod-key", "test", False),
        (" test-key", "test", False),
        ("", "test", False),
        ("", "any", False),
        ("prod-key", "any", True),
        ("test-" + "x" * (KEY_LENGTH_MAX - 5), "test", True),
        ("test-" + "x" * (KEY_LENGTH_MAX - 4), "test", False),
        ("x" * (KEY_LENGTH_MAX + 1), "any", False),
    ],
)
def test_only_a_key_of_the_chosen_kind_opens_a_world(key: str, keys: str, opens: bool) -> None:  # noqa: FBT001
    assert make(keys=keys).opens(key) is opens


def test_a_key_opens_a_world_of_its_own_at_its_first_use_and_finds_it_again() -> None:
    made = make()
    first = made.world("test-a")
    assert made.world("test-a") is first
    assert made.world("test-b") is not first
    assert list(made.by_key) == ["test-a", "test-b"]


def test_settings_that_do_not_fit_the_contract_are_refused_at_the_start() -> None:
    with pytest.raises(SettingError):
        make(readings=(("failed_status", "9"),))


def test_the_number_of_worlds_is_bounded_and_those_that_exist_go_on(watch: Watch) -> None:
    made = make(worlds_max=2)
    first = made.world("test-a")
    made.world("test-b")
    with pytest.raises(BoundError, match="there are 2 worlds"):
        made.world("test-c")
    assert made.world("test-a") is first
    assert "test-c" not in made.used
    assert made.remove("test-b")
    assert made.world("test-c") is made.world("test-c")


def test_a_world_that_expired_makes_room_for_another(watch: Watch) -> None:
    made = make(worlds_max=1)
    made.world("test-a")
    watch.now = IDLE + 1
    assert made.world("test-b").key == "test-b"


def test_a_world_expires_when_it_was_unused_for_longer_than_the_bound_and_says_so(watch: Watch) -> None:
    made = make()
    first = made.world("test-a")
    commands.run(first, "add_record", {"kind": "invoice", "document": {
        "invoiceIdentifier": "I", "invoiceNumber": "1", "invoiceDate": "2026-01-01"}})  # fmt: skip
    watch.now = IDLE
    assert made.world("test-a") is first, "exactly as long as allowed"
    watch.now = 2 * IDLE + 1
    with pytest.raises(ExpiredError, match=r"more than 1m40s .* with 1 records and 1 journal entries") as raised:
        made.world("test-a")
    assert "reset" in raised.value.advice
    with pytest.raises(ExpiredError):
        made.world("test-a")
    assert (list(made.by_key), list(made.used)) == ([], [])


def test_use_keeps_a_world_and_disuse_of_others_does_not_matter(watch: Watch) -> None:
    made = make()
    made.world("test-idle")
    kept = made.world("test-used")
    for _ in range(5):
        watch.now += IDLE // 2
        assert made.world("test-used") is kept
    assert list(made.gone) == ["test-idle"]


def test_a_world_that_somebody_listens_to_does_not_expire(watch: Watch) -> None:
    made = make()
    heard = made.world("test-heard")
    heard.listeners.append(lambda _what, _value: None)
    made.world("test-silent")
    watch.now = 5 * IDLE
    made.world("test-other")
    assert made.world("test-heard") is heard
    assert list(made.gone) == ["test-silent"]

    heard.listeners.clear()
    watch.now += IDLE + 1
    made.world("test-other-2")
    assert "test-heard" in made.gone


def test_many_worlds_that_are_all_listened_to_are_looked_at_once(watch: Watch) -> None:
    made = make()
    for number in range(50):
        made.world(f"test-{number}").listeners.append(lambda _what, _value: None)
    watch.now = IDLE + 1
    assert made.world("test-0") is made.by_key["test-0"]
    assert (len(made.by_key), len(made.gone)) == (50, 0)


def test_resetting_empties_a_world_and_keeps_what_it_is_like(watch: Watch) -> None:
    made = make()
    world = made.world("test-a")
    commands.run(world, "configure", {"seed": 9, "readings": {"failed_status": "3"}})
    commands.run(world, "advance", {"by": "1h"})
    assert made.reset("test-a") is world
    assert (world.journal.last, world.now, world.setup.seed, world.readings["failed_status"]) == (
        0,
        world.opened,
        9,
        "3",
    )
    assert world.engine.seed == 9


def test_resetting_opens_an_expired_world_anew_with_the_setup_of_the_server(watch: Watch) -> None:
    made = make()
    commands.run(made.world("test-a"), "configure", {"seed": 9})
    watch.now = IDLE + 1
    with pytest.raises(ExpiredError):
        made.world("test-a")
    assert made.reset("test-a").setup.seed == 0
    assert made.world("test-a").journal.last == 0
    assert not made.gone


def test_resetting_opens_a_world_that_never_was() -> None:
    made = make()
    assert made.reset("test-new") is made.world("test-new")


def test_an_expired_world_that_finds_no_room_at_its_reset_is_still_known_to_have_expired(watch: Watch) -> None:
    made = make(worlds_max=1)
    made.world("test-a")
    watch.now = IDLE + 1
    made.world("test-b")
    with pytest.raises(BoundError):
        made.reset("test-a")
    with pytest.raises(ExpiredError):
        made.world("test-a")
    with pytest.raises(BoundError):
        made.reset("test-c")
    assert list(made.gone) == ["test-a"]


def test_removing_says_whether_there_was_a_world_and_lets_an_expired_key_begin_again(watch: Watch) -> None:
    made = make()
    made.world("test-a")
    assert made.remove("test-a")
    assert not made.remove("test-a")
    made.world("test-b")
    watch.now = IDLE + 1
    made.world("test-c")
    assert made.remove("test-b")
    assert made.world("test-b").journal.last == 0


def test_so_many_expired_worlds_are_remembered_and_the_oldest_are_forgotten(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "TOMBSTONES_MAX", 3)
    made = make()
    for number in range(5):
        made.world(f"test-{number}")
    watch.now = IDLE + 1
    made.world("test-live")
    assert list(made.gone) == ["test-2", "test-3", "test-4"]
    assert made.world("test-0").journal.last == 0
    with pytest.raises(ExpiredError):
        made.world("test-4")


def test_strays_are_counted_and_the_newest_are_kept_without_their_keys() -> None:
    made = make()
    for number in range(STRAYS_MAX + 5):
        made.stray("GET", f"/{number}" + "x" * 1_000, "no X-Api-Key")
    assert (made.stray_count, len(made.strays)) == (STRAYS_MAX + 5, STRAYS_MAX)
    shown = made.strays[-1].show()
    assert (shown["method"], shown["reason"], len(shown["path"])) == ("GET", "no X-Api-Key", 200)
    assert set(shown) == {"at", "method", "path", "reason"}


KEYS = ["test-a", "test-b", "test-c"]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["use", "use", "wait", "reset", "remove", "listen", "hush"]),
        st.sampled_from(KEYS),
        st.integers(1, 2 * IDLE),
    ),
    max_size=30,
)


class Table:
    """Who is alive, since when, who is listened to and who expired: worlds as a plain table."""

    def __init__(self, worlds_max: int) -> None:
        self.worlds_max = worlds_max
        self.alive: dict[str, int] = {}
        self.expired: set[str] = set()
        self.heard: set[str] = set()

    def open(self, key: str, now: int, *, anew: bool) -> type[Exception] | None:
        """Return the error that opening should end with."""
        for idle in [one for one, used in self.alive.items() if now - used > IDLE]:
            if idle in self.heard:
                self.alive[idle] = now
            else:
                del self.alive[idle]
                self.expired.add(idle)
        if key in self.expired and not anew:
            return ExpiredError
        if key not in self.alive and len(self.alive) >= self.worlds_max:
            return BoundError
        self.alive[key] = now
        self.expired.discard(key)
        return None

    def remove(self, key: str) -> bool:
        known = key in self.alive or key in self.expired
        self.alive.pop(key, None)
        self.expired.discard(key)
        self.heard.discard(key)
        return known


@given(MOVES)
def test_worlds_live_and_expire_as_a_plain_table_says(moves: list[tuple[str, str, int]]) -> None:
    watch, made, table = Watch(), make(worlds_max=2), Table(worlds_max=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worlds, "stopwatch", watch.read)
        for move, key, pause in moves:
            if move == "wait":
                watch.now += pause
            elif move == "remove":
                assert made.remove(key) == table.remove(key)
            elif move in {"listen", "hush"} and key in table.alive:
                made.by_key[key].listeners[:] = [lambda _what, _value: None] if move == "listen" else []
                (table.heard.add if move == "listen" else table.heard.discard)(key)
            elif move in {"use", "reset"}:
                error = table.open(key, watch.now, anew=move == "reset")
                with pytest.raises(error) if error is not None else nullcontext():
                    (made.reset if move == "reset" else made.world)(key)
            assert set(made.by_key) == set(table.alive) == set(made.used)
            assert set(made.gone) == table.expired
