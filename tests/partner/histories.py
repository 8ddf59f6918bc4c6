"""Random histories: what clients and tests may do to worlds, one step after the other, and how it is done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.errors import SimulatorError
from simulator.world.commands import COMMANDS
from tests.documents import JSON, UNBALANCED, Partner, invoice, ledger, payment, read

IDENTIFIERS = ["A", "B", "ä~failed"]
DATES = ["2025-12-31", "2026-01-01", "2026-01-02"]
INVOICES = ["10", "11", None]
READINGS = built_in().readings


@dataclass(frozen=True)
class Step:
    """One request (with a path) or one command of the control API (with arguments)."""

    name: str
    path: str = ""
    query: str = ""
    body: bytes = b""
    arguments: Any = None

    def play(self, client: Partner) -> bytes:
        """Do it, and return all that came back."""
        if self.arguments is not None:
            try:
                return json.dumps(client.run(self.name, **self.arguments), default=str).encode()
            except SimulatorError as error:
                return repr(error).encode()
        answer = client.call(self.name, self.path, self.body, headers=[JSON], query=self.query.encode())
        return b"%d %r %s" % (answer.status, answer.headers, read(answer))


def request(name: str, path: str, value: Any) -> Step:
    return Step(name, path, body=json.dumps(value).encode())


DETAILS = st.fixed_dictionaries({}, optional={"amount": st.sampled_from([1, 2.5, 0.01])})

LEDGERS = st.builds(
    lambda name, date, faults, details: request(
        "POST", "/ledger", {"ledgers": ledger(name, documentDate=date, **faults, **details)}
    ),
    st.sampled_from(IDENTIFIERS),
    st.sampled_from([*DATES, "2026-02-30"]),
    st.sampled_from([{}, {}, {}, UNBALANCED, {"ledgerRows": None}, {"foreign": 1}]),
    DETAILS,
)

PAYMENT = st.builds(
    lambda name, date, number, faults, details: payment(
        name, paymentDate=date, invoiceNumber=number, paymentReference="7", **faults, **details
    ),
    st.sampled_from(IDENTIFIERS),
    st.sampled_from(DATES),
    st.sampled_from(INVOICES),
    st.sampled_from([{}, {}, {}, {"targetIdentifier": "reference"}, {"currency": "XXY"}, {"bookingDate": 5}]),
    DETAILS,
)

PAYMENTS = st.lists(PAYMENT, max_size=4).map(lambda some: request("POST", "/payment", {"payments": some}))

FILTER = st.one_of(
    st.tuples(st.just("sourceIdentifier"), st.sampled_from(IDENTIFIERS)),
    st.tuples(st.just("invoiceNumber"), st.sampled_from(["10", "11", ""])),
    st.tuples(st.just("status"), st.sampled_from(["0", "1", "2", "-1", "x"])),
    st.tuples(st.sampled_from(["fromDate", "toDate"]), st.sampled_from(DATES)),
    st.tuples(st.just("page"), st.just("1")),
)

LOOKS = st.builds(
    lambda method, kind, filters: Step(method, f"/{kind}", urlencode(filters)),
    st.sampled_from(["GET", "GET", "GET", "HEAD"]),
    st.sampled_from(["ledger", "payment", "invoice"]),
    st.lists(FILTER, max_size=3),
)

ODD_REQUESTS = st.sampled_from(
    [
        Step("GET", "/nowhere"),
        Step("PUT", "/ledger"),
        Step("OPTIONS", "/payment"),
        Step("POST", "/ledger", body=b"{"),
        Step("POST", "/payment", body=b""),
        Step("GET", "/ledger", "key=test-key"),
    ]
)

OUTCOMES = st.sampled_from(
    ["synced", "pending", "retry", "odd", {"failed": "no such invoice"}, {"unreachable": "2m"}, {"unreachable": "0s"}]
)


def command(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    assert name in COMMANDS
    return st.fixed_dictionaries(arguments).map(lambda given: Step(name, arguments=given))


def some(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.fixed_dictionaries({}, optional=arguments).map(lambda given: Step(name, arguments=given))


CHOICES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(reading.values) for name, reading in READINGS.items()}
)
"""Some readings."""

DURATIONS = st.sampled_from(["0s", "1ms", "500ms", "1s", "29s", "31s", "2m", "1h", "35d"])

MOMENTS = st.sampled_from(["2026-01-01T09:00:05Z", "2026-03-01", "never"])
MOVES = command("advance", by=DURATIONS) | command("advance", to=MOMENTS) | some("settle", within=DURATIONS)
CONFIGURE = some(
    "configure",
    readings=CHOICES,
    seed=st.integers(0, 3),
    syncDelay=st.sampled_from(["0s", "1s", "3s"]),
    books=st.sampled_from([{}, {"accounts": ["1701", "3000"]}, {"locked_until": "2026-01-01"}, {"odd": 1}]),
)
SET_CLOCK = command(
    "configure", clock=st.fixed_dictionaries({"now": st.sampled_from(["2026-01-01T10:00:00Z", "2020-05-05"])})
)
OUTCOME = command(
    "outcome",
    kind=st.sampled_from(["ledger", "payment", "payment", "invoice"]),
    identifier=st.sampled_from(IDENTIFIERS),
    outcome=OUTCOMES,
)
EXPIRE = command("expire_key", **{"in": DURATIONS}) | command("expire_key", never=st.sampled_from([True]))
ADD = command("add_record", kind=st.just("invoice"), document=st.sampled_from(IDENTIFIERS).map(invoice))
FREEZE = st.just(Step("freeze", arguments={}))
RESUME = command("resume", mode=st.sampled_from(["real", "x60", "x1000000", "virtual"]))


def weighted(*choices: tuple[int, st.SearchStrategy[Step]]) -> st.SearchStrategy[Step]:
    """One of the strategies, each as often as its weight says."""
    drawn = [number for number, (weight, _) in enumerate(choices) for _ in range(weight)]
    return st.sampled_from(drawn).flatmap(lambda number: choices[number][1])


STANDING = (
    (4, LEDGERS), (6, PAYMENTS), (5, LOOKS), (5, OUTCOME), (4, MOVES), (2, CONFIGURE), (1, SET_CLOCK), (1, ADD),
    (1, FREEZE), (1, EXPIRE), (1, ODD_REQUESTS),
)  # fmt: skip
"""Steps whose answers do not depend on the machine's own time."""

HISTORIES = st.lists(weighted(*STANDING), max_size=25)
HISTORIES_WITH_TIME = st.lists(weighted(*STANDING, (2, RESUME)), max_size=25)
"""Histories in which the clock may run by itself, as it does where a person uses the simulator."""
