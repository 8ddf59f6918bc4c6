"""How Fivaldi words its answers: JSON, errors in three shapes, and on each answer the headers of its rate limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from simulator.clock import SECOND
from simulator.contract.jsontext import dumps
from simulator.contract.readings import Readings
from simulator.systems.base import Answer
from simulator.systems.books.words import Rate

MEDIA_TYPE = "application/json"

CODES: dict[int, str] = {
    10: "BINDING_PARAMETER_ERROR",
    20: "ERROR_IMPORT_VOUCHERS",
    21: "INVALID_DATE_INSIDE_VOUCHERS",
    22: "INVALID_CUID_MISMATCH",
    23: "INVALID_ACCOUNTING_TYPE_MISMATCH",
    30: "DATE_MISMATCH_INSIDE_VOUCHER_ENTRIES",
    31: "CUID_PARAMS_MISMATCH",
    32: "ACCOUNTING_TYPE_PARAMS_MISMATCH",
    33: "EXPORTING_ACCOUNTING_TYPE",
    34: "INVALID_VAT_TYPE",
    35: "VAT_CODE_NOT_EXIST",
    40: "GETTING_ACCOUNT_BALANCES",
    41: "INCORECT_ACCOUNT_PARAMETERS",
    42: "INVALID_ACCOUNT",
    43: "INVALID_DIMENSION",
    44: "INVALID_VOUCHER_NUMBER",
    45: "INVALID_VOUCHER_MONTH",
    46: "INVALID_VOUCHER_FISCAL_YEAR",
}
"""The codes of the import of vouchers, by the vendor's own names. Which request meets which is ours to guess."""


@dataclass(frozen=True, slots=True)
class Coded:
    """An error of the import of vouchers."""

    code: int
    text: str

    def show(self) -> dict[str, Any]:
        """Return it as the answer has it: the vendor's name of the code, and what is wrong."""
        return {"errorCode": self.code, "message": f"{CODES[self.code]}: {self.text}"}


def good(value: Any) -> Answer:
    """Answer with a value."""
    return Answer(200, dumps(value), MEDIA_TYPE)


def error(readings: Readings, status: int, message: str) -> Answer:
    """Answer with one message, in the shape `ApiError`."""
    return Answer(status, dumps({"status": _shown(readings, status), "message": message}), MEDIA_TYPE)


def refusal(readings: Readings, status: int, message: str) -> Answer:
    """Refuse somebody: the vendor names no body for that."""
    return Answer(status) if readings["refusal_body"] == "empty" else error(readings, status, message)


def error_list(readings: Readings, status: int, errors: Sequence[str]) -> Answer:
    """Answer with several messages, in the shape `ApiErrorList`."""
    message = HTTPStatus(status).phrase
    body = {"status": _shown(readings, status), "message": message, "errors": list(errors)}
    return Answer(status, dumps(body), MEDIA_TYPE)


def code_list(errors: Sequence[Coded]) -> Answer:
    """Answer a voucher that is not imported, in the shape `ApiErroCodeList`, which has no status."""
    body = {"message": "The voucher was not imported.", "errors": [one.show() for one in errors]}
    return Answer(400, dumps(body), MEDIA_TYPE)


def _shown(readings: Readings, status: int) -> int | str:
    return HTTPStatus(status).name if readings["error_status"] == "name" else status


def with_limits(answer: Answer, rate: Rate, left: int) -> Answer:
    """Return an answer with the headers of the rate limit; every answer has them."""
    refill = rate.requests * SECOND / rate.per
    limits = (
        ("x-ratelimit-replenish-rate", f"{refill:.6f}".rstrip("0").rstrip(".")),
        ("x-ratelimit-burst-capacity", str(rate.requests)),
        ("x-ratelimit-remaining", str(left)),
    )
    return replace(answer, headers=(*answer.headers, *limits))
