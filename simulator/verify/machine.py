"""A state machine that tries a client: it hands documents over, lets things go wrong, and asks whether all still holds.

A client of yours is anything with four verbs (see `Client`). Say how it is made and what must hold; Hypothesis finds
the shortest story in which it does not:

    import simulator.verify.machine as cfis
    from my_project import MyClient

    class TryMyClient(cfis.ClientMachine):
        def make(self):
            return MyClient(self.stage.base_url, self.stage.api_key, self.stage.sleep)

        def check(self):  # after every step
            for identifier, state in self.client.states().items():
                if state == "synced":
                    assert self.state_of(identifier) == "synced"

        def check_calm(self):  # when nothing has gone wrong for a while
            for identifier in self.accepted:
                assert self.client.states()[identifier] == self.state_of(identifier)

    TestMyClient = TryMyClient.TestCase

The steps are rules of Hypothesis: a subclass may add its own, on the bundles `ledgers_handed_over` and
`payments_handed_over`. `cfis-sim` need not run: a server is started in a thread of this process, with a world of its
own for every example. `open_stage` chooses another place; `InProcess` is one without a socket, and much faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from http.client import HTTPException
from typing import Any, ClassVar, Protocol

from simulator.verify.documents import Document, ledgers, payments, texts
from simulator.verify.hypothesis_door import st, stateful
from simulator.verify.stages import InProcess, Json, OverHttp, Reply, Stage, served
from simulator.verify.stories import QUICK_FAULTS, TROUBLES, durations, outcome_lists, rules

__all__ = ["Client", "ClientMachine", "InProcess", "OverHttp", "Reply", "Stage", "served"]

CALM_ROUNDS = 5
MAGIC_SIGN = "~"
"""An identifier that ends in `~failed` is a wish; what a machine makes up should not be one."""


class Client(Protocol):
    """What a client under test can do; it may have a method `restart` beside."""

    def submit_ledger(self, ledger: Document, /) -> object:
        """Take a document (what goes under `ledgers`); an exception tells the caller that it is refused."""
        ...

    def submit_payments(self, payments: list[Document], /) -> object:
        """Take a batch (what goes under `payments`); an exception tells the caller that it is refused."""
        ...

    def refresh(self) -> object:
        """Do one round of asking, and deliver what is queued."""
        ...

    def states(self) -> Mapping[str, str]:
        """Return what is believed of each identifier: `pending`, `synced`, `failed` or `refused`."""
        ...


def _suffixes() -> st.SearchStrategy[str]:
    return texts(max_size=6).filter(lambda text: MAGIC_SIGN not in text)


def _drawn(name: str) -> st.SearchStrategy[Any]:
    """A draw from the strategy that a machine has under a name: a subclass may have another."""
    return st.runner().flatmap(lambda machine: getattr(machine, name))


class ClientMachine(stateful.RuleBasedStateMachine):
    """A client in a world of its own, and the steps of its life. Say `make`, and `check` or `check_calm`.

    `client` is the client, `stage` its world. `handed_over` has every document by its identifier, `refused` the
    exception of each that the client refused to its caller; identifiers are unique in a machine.
    """

    ledger_documents: ClassVar[st.SearchStrategy[Document]] = ledgers(identifiers=_suffixes(), as_float=True)
    payment_batches: ClassVar[st.SearchStrategy[list[Document]]] = payments(identifiers=_suffixes(), as_float=True)
    bad_luck: ClassVar[st.SearchStrategy[Json]] = st.one_of(
        st.just({"when": {"sync": "any"}, "outcomes": [{"failed": "Refused by the accounting system"}]}),
        outcome_lists().map(lambda outcomes: {"when": {"sync": "any"}, "outcomes": outcomes}),
        rules(fault_kinds=QUICK_FAULTS, statuses=TROUBLES, addressed=False),
    )
    """Rules of the scenario language, none of which lies: no document is refused or taken that is not. A client that
    has time-outs may meet `delay`, `slow` and `hang` as well."""
    pauses: ClassVar[st.SearchStrategy[str]] = durations()
    refuses_with: ClassVar[tuple[type[Exception], ...]] = (Exception,)
    """What a submission may raise to tell its caller that it is refused; anything else is a failure of the client."""
    interrupted_by: ClassVar[tuple[type[Exception], ...]] = (OSError, HTTPException)
    """What `refresh` may raise where the service cannot be reached; anything else is a failure of the client."""

    ledgers_handed_over = stateful.Bundle("ledgers_handed_over")
    payments_handed_over = stateful.Bundle("payments_handed_over")

    def __init__(self) -> None:
        """Open a stage and make the client."""
        super().__init__()
        self.handed_over: dict[str, Document] = {}
        self.refused: dict[str, Exception] = {}
        self.kinds: dict[str, str] = {}
        self.stage: Stage = self.open_stage()
        try:
            self.client: Client = self.make()
        except BaseException:
            self.stage.close()
            raise

    # ---------------------------------------------------------------------------------------- to be said

    def make(self) -> Client:
        """Return a new client for the world of `self.stage`: its base_url, its api_key, and its sleep to wait with."""
        raise NotImplementedError("say how your client is made: def make(self): return MyClient(self.stage.base_url…)")

    def check(self) -> None:
        """Assert what must hold after every step."""

    def check_calm(self) -> None:
        """Assert what must hold once nothing has gone wrong for a while and the client has asked about everything."""

    def open_stage(self) -> Stage:
        """Return the place where the client is tried; by default a world on a server of this process."""
        return OverHttp()

    # ------------------------------------------------------------------------------------- to be asked

    @property
    def accepted(self) -> list[str]:
        """Return the identifiers of what the client took without telling its caller of an error."""
        return [identifier for identifier in self.handed_over if identifier not in self.refused]

    def state_of(self, identifier: str) -> str | None:
        """Return the state of a document in the world: `pending`, `synced` or `failed`; None if it is not there."""
        record = self.stage.record(self.kinds[identifier], identifier)
        return None if record is None else str(record["state"])

    # ------------------------------------------------------------------------------------------- steps

    @stateful.rule(target=ledgers_handed_over, ledger=_drawn("ledger_documents"))
    def submit_ledger(self, ledger: Document) -> Document:
        """Hand a new document over."""
        [named] = self._named("ledger", "ledgerIdentifier", [ledger])
        self._submit_ledger(named)
        return named

    @stateful.rule(target=payments_handed_over, batch=_drawn("payment_batches"))
    def submit_payments(self, batch: list[Document]) -> list[Document]:
        """Hand a new batch over."""
        named = self._named("payment", "paymentIdentifier", batch)
        self._submit_payments(named)
        return named

    @stateful.precondition(lambda self: self.refused)
    @stateful.rule(ledger=ledgers_handed_over)
    def submit_ledger_again(self, ledger: Document) -> None:
        """Hand a document over once more that the client refused, as its caller would."""
        if ledger["ledgerIdentifier"] in self.refused:
            self._submit_ledger(ledger)

    @stateful.precondition(lambda self: self.refused)
    @stateful.rule(batch=payments_handed_over)
    def submit_payments_again(self, batch: list[Document]) -> None:
        """Hand a batch over once more that the client refused, as its caller would."""
        if batch[0]["paymentIdentifier"] in self.refused:
            self._submit_payments(batch)

    @stateful.rule()
    def refresh(self) -> None:
        """Let the client ask."""
        with suppress(*self.interrupted_by):
            self.client.refresh()

    @stateful.rule(by=_drawn("pauses"))
    def advance(self, by: str) -> None:
        """Let time pass."""
        self.stage.advance(by)

    @stateful.rule()
    def settle(self) -> None:
        """Let everything happen that is under way."""
        self.stage.settle()

    @stateful.rule(rule=_drawn("bad_luck"))
    def go_wrong(self, rule: Json) -> None:
        """Put a rule on top of the world's scenario."""
        self.stage.add_rule(rule)

    @stateful.rule()
    def calm_down(self) -> None:
        """Let what is under way end badly, then end all bad luck, let the client ask, and see what must hold then."""
        self.stage.settle()
        self.stage.heal()
        for _ in range(CALM_ROUNDS):
            self.stage.settle()
            self.refresh()
        self.check_calm()

    @stateful.precondition(lambda self: hasattr(self.client, "restart"))
    @stateful.rule()
    def restart(self) -> None:
        """Let the client forget what it has only in its head."""
        getattr(self.client, "restart")()  # noqa: B009 - not every client has it

    @stateful.invariant()
    def holds(self) -> None:
        """See what must hold after every step."""
        self.check()

    def teardown(self) -> None:
        """Give the world up."""
        self.stage.close()

    def _submit_ledger(self, ledger: Document) -> None:
        self._submit([ledger["ledgerIdentifier"]], self.client.submit_ledger, ledger)

    def _submit_payments(self, batch: list[Document]) -> None:
        self._submit([one["paymentIdentifier"] for one in batch], self.client.submit_payments, batch)

    def _named(self, kind: str, member: str, documents: Sequence[Document]) -> list[Document]:
        """Copies of documents with identifiers that no other has: `L1`, `P2`, and what was drawn behind it."""
        named: list[Document] = []
        for document in documents:
            number = len(self.handed_over) + 1
            identifier = f"{kind[0].upper()}{number}{document[member] and '-'}{document[member]}"
            named.append({**document, member: identifier})
            self.handed_over[identifier] = named[-1]
            self.kinds[identifier] = kind
        return named

    def _submit(self, identifiers: list[str], verb: Any, document: Any) -> None:
        error: Exception | None = None
        try:
            # A copy: what was handed over stays as it was, whatever the client makes of it.
            verb(deepcopy(document))
        except self.refuses_with as raised:
            error = raised
        for identifier in identifiers:
            self.refused.pop(identifier, None)
            if error is not None:
                self.refused[identifier] = error
