"""The shapes of answers: the API's errors, the gateway's, identifiers and stamps."""

from __future__ import annotations

import re
from base64 import b64decode

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import loads
from simulator.systems.base import Tenant
from simulator.systems.talenom.wire.answers import PROBLEMS_MAX, Identifiers, RefusedError, gateway, refusal, stamp
from tests.systems.wired import TENANT

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}")


def test_an_error_has_text_code_and_telemetry() -> None:
    answer = refusal(RefusedError(400, "ValidationError", ["one", "two"]), Identifiers(TENANT))
    value = loads(answer.body)

    assert (answer.status, value["error"], value["code"]) == (400, "one; two", "ValidationError")
    assert re.fullmatch("[0-9a-f]{32}", value["telemetryId"])


def test_very_many_problems_are_counted_and_not_told() -> None:
    told = loads(refusal(RefusedError(400, "x", ["wrong"] * (PROBLEMS_MAX + 3)), Identifiers(TENANT)).body)["error"]

    assert told.count("wrong") == PROBLEMS_MAX
    assert told.endswith("and 3 more")


def test_the_gateway_has_a_shape_of_its_own() -> None:
    answer = gateway(429, "too fast", ("retry-after", "3"))

    assert (answer.status, loads(answer.body)) == (429, {"statusCode": 429, "message": "too fast"})
    assert ("retry-after", "3") in answer.show_headers()


def test_identifiers_are_new_each_time_and_the_same_in_every_run() -> None:
    one, again, other = Identifiers(TENANT), Identifiers(TENANT), Identifiers(Tenant("ba9876543210"))
    guids = [one.guid("voucher") for _ in range(3)]

    assert len(set(guids)) == 3
    assert all(map(GUID.fullmatch, guids))
    assert guids[0] == again.guid("voucher") != again.guid("posting")
    assert guids[0] != other.guid("voucher")


def test_versions_only_grow() -> None:
    identifiers = Identifiers(TENANT)
    versions = [identifiers.version() for _ in range(300)]

    assert [int.from_bytes(b64decode(version), "big") for version in versions] == list(range(1, 301))


def test_a_stamp_has_seven_digits() -> None:
    assert stamp(VIRTUAL_START) == "2026-01-01T09:00:00.0000000Z"
    assert stamp(VIRTUAL_START + 1_234_567) == "2026-01-01T09:00:01.2345670Z"
    assert stamp(None) is None
