"""The service against a model of it that is too simple to be wrong: a list of dicts and a few ifs."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulator.clock import SECOND, VIRTUAL_START, date_at, show_duration
from simulator.contract.contract import built_in
from simulator.errors import ConflictError, NotFoundError
from simulator.world.commands import show_world
from tests.documents import UNBALANCED, ledger, partner, payment, read

NAMES = st.sampled_from(["A", "B", "C"])
DATES = st.sampled_from(["2025-11-30", "2026-01-01", "2026-01-02"])
INVOICES = st.sampled_from(["10", "11", "12"])
FAULTS = st.sampled_from(["", "", "", "schema", "rule"])
READINGS = built_in().readings
MODELLED = [
    "failed_status", "failed_description", "failed_sync_date", "sync_date_zone", "no_results", "default_period",
    "repeated_identifier", "batch_with_bad_payment", "invalid_status", "expired_token", "rule_violation",
    "submit_answer",
]  # fmt: skip
CHOICES = st.fixed_dictionaries({}, optional={name: st.sampled_from(READINGS[name].values) for name in MODELLED})
NUMBERS = {"message": 200, "identifiers": 200, "created": 201, "accepted": 202, "no-content": 204}
HAND: list[Any] = ["synced", "pending", "retry", {"failed": "by a person"}, {"unreachable": "0s"}]

Row = dict[str, Any]


class Model:
    """What the service should do, the slow and plain way."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.now = VIRTUAL_START
        self.readings = {name: READINGS[name].default for name in READINGS}
        self.expires: int | None = None

    def tick(self) -> None:
        """Settle what is due; nobody here is unreachable, so nothing is due twice."""
        for row in self.rows:
            if row["due"] is not None and row["due"] <= self.now:
                row["state"] = "failed" if row["fails"] else "synced"
                row["reason"], row["settled"], row["due"] = row["fails"], row["due"], None

    def newest(self, kind: str, name: str) -> Row | None:
        return next((row for row in reversed(self.rows) if (row["kind"], row["name"]) == (kind, name)), None)

    def submit(self, kind: str, documents: list[Row], *, batch: bool) -> int:
        """Return the status of the answer."""
        self.tick()
        if self.expires is not None and self.expires <= self.now:
            return int(self.readings["expired_token"])
        bad, again, met = [], [], set[str]()
        for one in documents:
            bad.append(
                one["fault"] == "schema" or (one["fault"] == "rule" and self.readings["rule_violation"] == "refused")
            )
            row = self.newest(kind, one["name"])
            is_again = one["name"] in met or (row is not None and row["state"] != "failed")
            again.append(self.readings["repeated_identifier"] == "refused" and not bad[-1] and is_again)
            if not bad[-1]:
                met.add(one["name"])
        refused = [one or other for one, other in zip(bad, again, strict=True)]
        partly = batch and self.readings["batch_with_bad_payment"] == "good-ones-taken" and not all(refused)
        if any(refused) and not partly:
            return int(self.readings["invalid_status"]) if any(bad) else 409
        for one, is_refused in zip(documents, refused, strict=True):
            if not is_refused:
                self.take(kind, one)
        return 200 if any(refused) else NUMBERS[self.readings["submit_answer"]]

    def take(self, kind: str, one: Row) -> None:
        fails = one["words"] if one["fault"] == "rule" and self.readings["rule_violation"] == "failed-at-sync" else ""
        content = {"date": one["date"], "invoice": one["invoice"], "title": one["title"], "fails": fails}
        row = self.newest(kind, one["name"])
        if row is None or self.readings["repeated_identifier"] == "two-records":
            due = self.now + SECOND
            self.rows.append({"kind": kind, "name": one["name"], "state": "pending", "due": due, "settled": None,
                              "reason": "", **content})  # fmt: skip
        elif row["state"] == "pending":
            row.update(content)
        elif row["state"] == "failed":
            row.update(content, state="pending", due=self.now + SECOND, settled=None, reason="")

    def status(self, row: Row) -> int:
        return {"pending": 0, "synced": 1, "failed": int(self.readings["failed_status"])}[row["state"]]

    def look(self, kind: str, filters: dict[str, str]) -> list[Row]:
        self.tick()
        since = ""
        if not filters and self.readings["default_period"] == "30-days":
            since = "2025-12-02"
        found = []
        for row in self.rows:
            fits = [
                row["kind"] == kind,
                filters.get("sourceIdentifier", row["name"]) == row["name"],
                filters.get("invoiceNumber", row["invoice"]) == row["invoice"],
                filters.get("status", str(self.status(row))) == str(self.status(row)),
                filters.get("fromDate", since) <= row["date"] <= filters.get("toDate", "9999"),
            ]
            if all(fits):
                found.append(self.told(row))
        return found

    def told(self, row: Row) -> Row:
        failed = row["state"] == "failed"
        words = {"reason": row["reason"], "fixed": "Synchronization failed",
                 "prefixed": f"Synchronization failed: {row['reason']}"}  # fmt: skip
        dated = row["settled"] is not None and not (failed and self.readings["failed_sync_date"] == "null")
        told = {
            "sourceIdentifier": row["name"],
            "syncDate": date_at(row["settled"], self.readings["sync_date_zone"]) if dated else None,
            "status": self.status(row),
            "description": {"pending": "Pending", "synced": "Successfully synced"}.get(
                row["state"], words[self.readings["failed_description"]]
            ),
        }
        if row["kind"] == "ledger":
            approved = "Approved" if row["state"] == "synced" else None
            return {**told, "documentDate": row["date"], "documentName": row["title"], "documentStatus": approved}
        return {**told, "invoiceNumber": row["invoice"], "paymentDate": row["date"]}

    def impose(self, kind: str, name: str, outcome: Any) -> type[Exception] | None:
        """Return the error that the command should end with."""
        self.tick()
        row = self.newest(kind, name)
        if row is None:
            return NotFoundError
        if row["state"] != ("failed" if outcome == "retry" else "pending"):
            return ConflictError
        if outcome == "retry":
            row.update(state="pending", due=self.now + SECOND, settled=None, reason="")
        elif outcome == "pending":
            row["due"] = None
        elif outcome == "synced":
            row.update(state="synced", due=None, settled=self.now)
        elif "failed" in outcome:
            row.update(state="failed", due=None, settled=self.now, reason=outcome["failed"])
        else:
            row["due"] = self.now
            self.tick()
        return None


class ServiceMachine(RuleBasedStateMachine):
    """Does the same to the service and to the model, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.client = partner()
        self.model = Model()

    @initialize(readings=CHOICES)
    def choose(self, readings: dict[str, str]) -> None:
        self.configure(readings)

    @rule(name=NAMES, date=DATES, fault=FAULTS, title=st.sampled_from([None, "one", "two"]))
    def submit_ledger(self, name: str, date: str, fault: str, title: str | None) -> None:
        faults: dict[str, Any] = {"": {}, "schema": {"ledgerRows": 5}, "rule": UNBALANCED}[fault]
        document = ledger(name, documentDate=date, documentName=title, **faults)
        words = "the amounts of the rows that are not VAT rows sum to -1.00, not to 0.00"
        expected = self.model.submit(
            "ledger",
            [{"name": name, "date": date, "invoice": "", "title": title, "fault": fault, "words": words}],
            batch=False,
        )
        assert self.client.submit("ledger", document).status == expected

    @rule(batch=st.lists(st.tuples(NAMES, DATES, INVOICES, FAULTS), min_size=1, max_size=4))
    def submit_payments(self, batch: list[tuple[str, str, str, str]]) -> None:
        sent, rows = [], []
        for name, date, number, fault in batch:
            faults: dict[str, Any] = {"": {}, "schema": {"amount": "1"}, "rule": {"currency": "XXY"}}[fault]
            sent.append(payment(name, paymentDate=date, invoiceNumber=number, **faults))
            rows.append({"name": name, "date": date, "invoice": number, "title": None, "fault": fault,
                         "words": "'XXY' is not a currency"})  # fmt: skip
        expected = self.model.submit("payment", rows, batch=True)
        assert self.client.submit("payment", sent).status == expected

    @rule(
        kind=st.sampled_from(["ledger", "payment"]),
        filters=st.fixed_dictionaries(
            {},
            optional={
                "sourceIdentifier": NAMES,
                "status": st.sampled_from(["0", "1", "2", "-1", "3"]),
                "fromDate": DATES,
                "toDate": DATES,
            },
        ),
        number=st.none() | INVOICES,
    )
    def look(self, kind: str, filters: dict[str, str], number: str | None) -> None:
        if kind == "payment" and number is not None:
            filters = {**filters, "invoiceNumber": number}
        expected = self.model.look(kind, filters)
        answer = self.client.look(kind, **filters)
        if self.model.expires is not None and self.model.expires <= self.model.now:
            assert answer.status == int(self.model.readings["expired_token"])
        elif not expected and self.model.readings["no_results"] == "no-content":
            assert (answer.status, read(answer)) == (204, b"")
        else:
            assert (answer.status, json.loads(read(answer))) == (200, {f"{kind}s": expected})

    @rule(pause=st.sampled_from([0, 1, SECOND // 2, SECOND - 1, SECOND, 30 * SECOND, 7 * 3600 * SECOND]))
    def advance(self, pause: int) -> None:
        # The model's thirty days are counted on the first of January, so the day is never left.
        if self.model.now + pause >= VIRTUAL_START + 12 * 3600 * SECOND:
            return
        self.model.tick()
        self.model.now += pause
        self.model.tick()
        self.client.run("advance", by=show_duration(pause))
        assert self.client.world.now == self.model.now

    @rule()
    def settle(self) -> None:
        self.model.tick()
        self.model.now = max([self.model.now, *(row["due"] for row in self.model.rows if row["due"] is not None)])
        self.model.tick()
        assert self.client.run("settle")["nextDue"] is None
        assert self.client.world.now == self.model.now

    @rule(kind=st.sampled_from(["ledger", "payment"]), name=NAMES, outcome=st.sampled_from(HAND))
    def outcome(self, kind: str, name: str, outcome: Any) -> None:
        expected = self.model.impose(kind, name, outcome)
        with pytest.raises(expected) if expected is not None else nullcontext():
            self.client.run("outcome", kind=kind, identifier=name, outcome=outcome)

    @rule(pause=st.none() | st.sampled_from([0, SECOND, 60 * SECOND]))
    def expire_key(self, pause: int | None) -> None:
        self.model.tick()
        self.model.expires = None if pause is None else self.model.now + pause
        self.client.run("expire_key", **({"never": True} if pause is None else {"in": show_duration(pause)}))

    @rule(readings=CHOICES)
    def configure(self, readings: dict[str, str]) -> None:
        self.model.tick()
        self.model.readings.update(readings)
        self.client.run("configure", readings=readings)

    @invariant()
    def the_counts_agree(self) -> None:
        shown = show_world(self.client.world)["records"]
        for kind in ("ledger", "payment"):
            rows = [row for row in self.model.rows if row["kind"] == kind]
            counts = {state: sum(row["state"] == state for row in rows) for state in ("pending", "failed", "synced")}
            assert shown[kind] == {"total": len(rows), **counts}

    @invariant()
    def nothing_is_counted_twice(self) -> None:
        world = self.client.world
        assert world.record_count == sum(len(shelf.all) for shelf in world.shelves.values()) == len(self.model.rows)
        assert world.journal.bytes == sum(entry.size for entry in world.journal.entries)


TestService = ServiceMachine.TestCase
TestService.settings = settings(stateful_step_count=40)
