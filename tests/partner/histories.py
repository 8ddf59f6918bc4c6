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
from tests.documents import JSON, NAMELESS, UNBALANCED, Partner, invoice, ledger, payment, read

IDENTIFIERS = ["A", "B", "C", "ä~failed"]
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
        "POST", "/ledger", {"ledgers": ledger(name, documentDate=date, **{**faults}, **details)}
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


CHOICES = st.dictionaries(
    st.sampled_from(sorted(READINGS)), st.integers(0, 4), max_size=3
).map(lambda given: {name: READINGS[name].values[number % len(READINGS[name].values)] for name, number in given.items()})

DURATIONS = st.sampled_from(["0s", "1ms", "500ms", "1s", "29s", "31s", "2m", "1h", "35d"])

STANDING = st.one_of(
    command("advance", by=DURATIONS),
    command("advance", to=st.sampled_from(["2026-01-01T09:00:05Z", "2026-03-01", "never"])),
    some("settle", within=DURATIONS),
    some(
        "configure",
        readings=CHOICES,
        seed=st.integers(0, 3),
        syncDelay=st.sampled_from(["0s", "1s", "3s"]),
        books=st.sampled_from([{}, {"accounts": ["1701", "3000"]}, {"locked_until": "2026-01-01"}, {"odd": 1}]),
    ),
    command("configure", clock=st.fixed_dictionaries({"now": st.sampled_from(["2026-01-01T10:00:00Z", "2020-05-05"])})),
    command(
        "outcome",
        kind=st.sampled_from(["ledger", "payment", "invoice"]),
        identifier=st.sampled_from(IDENTIFIERS),
        outcome=OUTCOMES,
    ),
    some("expire_key", never=st.just(True)),
    command("expire_key", **{"in": DURATIONS}),
    command("add_record", kind=st.just("invoice"), document=st.sampled_from(IDENTIFIERS).map(invoice)),
    st.just(Step("freeze", arguments={})),
)

RUNNING = command("resume", mode=st.sampled_from(["real", "x60", "x1000000", "virtual"]))

STEPS = st.one_of(LEDGERS, PAYMENTS, PAYMENTS, LOOKS, LOOKS, STANDING, STANDING, ODD_REQUESTS)
"""Steps whose answers do not depend on the machine's own time."""

HISTORIES = st.lists(STEPS, max_size=20)
HISTORIES_WITH_TIME = st.lists(STEPS | RUNNING, max_size=20)
"""Histories in which the clock may run by itself, as it does where a person uses the simulator."""
