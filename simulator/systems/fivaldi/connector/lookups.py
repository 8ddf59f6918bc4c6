"""What CFIS has to ask Fivaldi before it can send a voucher: the company's voucher types, VAT codes and dimensions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.systems.base import Line
from simulator.systems.document import UnmappableError
from simulator.systems.fivaldi.connector.sender import Sender

TYPES: dict[str, str] = {
    "ML": "myyntilasku",
    "MS": "tiliot",
    "OL": "ostolasku",
    "OS": "tiliot",
    "PA": "palk",
    "PT": "tiliot",
    "KT": "kassa",
}
"""How the Finnish names of the voucher types begin that belong to the document types of CFIS."""
OTHER_TYPE = "muistio"
SYNONYMS: dict[str, frozenset[str]] = {
    "cost center": frozenset({"cost centre", "kustannuspaikka", "kostnadsställe"}),
    "project": frozenset({"projekti", "projekt"}),
}
"""What a dimension may be called beside what CFIS calls it."""


class Lookups:
    """Asks once for what seldom changes, and each time for the dimensions, whose order means something."""

    def __init__(self, sender: Sender) -> None:
        """Ask through *sender*."""
        self.sender = sender
        self._types: list[dict[str, Any]] = []
        self._rates: dict[str, Decimal | None] = {}

    @property
    def is_filled(self) -> bool:
        """Say whether anything is remembered that may be out of date."""
        return bool(self._types or self._rates)

    def forget(self) -> None:
        """Ask anew when something is needed the next time."""
        self._types, self._rates = [], {}

    def voucher_type(self, line: Line, document_type: str) -> int:
        """Return the id of the voucher type for a document type. Raises UnmappableError if the company has none."""
        self._types = self._types or self.sender.read(line, "bookkeeping/voucherTypes")
        wanted = document_type.casefold()
        names = {str(kind["id"]): str(kind.get("description") or "").casefold() for kind in self._types}
        for key, name in names.items():
            if wanted and wanted in {key, name}:
                return int(key)
        for beginning in (TYPES.get(document_type, OTHER_TYPE), OTHER_TYPE, ""):
            for key, name in names.items():
                if name.startswith(beginning):
                    return int(key)
        raise UnmappableError("Fivaldi has no voucher type for this company, so nothing can be booked")

    def vat_code(self, line: Line, code: str, percent: Decimal, where: str) -> str:
        """Return Fivaldi's code for a code of the map and a percentage.

        That is the code itself, or the one of its family for the percentage. A code that Fivaldi does not list goes
        there as it is and is refused there. Raises UnmappableError if the code is listed for other percentages.
        """
        if not self._rates:
            families = self.sender.read(line, "bookkeeping/vatCodes")
            self._rates = {
                rate["vatPercentageCode"]: None if rate.get("percentage") is None else Decimal(rate["percentage"])
                for family in families
                for rate in family["vatPercentages"]
            }
        member = f"{code}-{percent.normalize():f}"
        if code in self._rates and self._rates[code] in {None, percent}:
            return code
        if member in self._rates:
            return member
        if code in self._rates or any(known.startswith(f"{code}-") for known in self._rates):
            raise UnmappableError(f"{where}: VAT code {code} of Fivaldi does not have {percent.normalize():f} %")
        return code

    def slots(self, line: Line) -> dict[str, int]:
        """Return the numbers of the company's dimensions by what they are called."""
        chart = self.sender.read(line, "chart-of-accounts", "dimension=all&fields=dimensions")
        return {str(one["description"]): int(one["dimension"]) for one in chart["dimensions"]}


def slot_of(slots: dict[str, int], kind: str) -> int | None:
    """Return the number of the dimension for a type of CFIS, whatever its case; None if there is none."""
    wanted = _plain(kind)
    names = {wanted} | SYNONYMS.get(wanted, frozenset())
    return next((number for name, number in slots.items() if _plain(name) in names), None)


def _plain(name: str) -> str:
    return name.replace("_", " ").strip().casefold()
