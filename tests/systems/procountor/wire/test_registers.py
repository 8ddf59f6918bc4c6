"""What a client reads before it books."""

from __future__ import annotations

import pytest

from simulator.systems.procountor.wire.registers import iban_of, months
from tests.systems.procountor.talking import talker
from tests.systems.wired import TENANT


def test_company_session_and_status_agree() -> None:
    talking = talker()
    company, session = talking.get("/company"), talking.get("/sessioninfo")

    assert company["businessIdentifier"] == {"brnType": "FI", "code": TENANT.business_id}
    assert (company["id"], company["name"]) == (session["companyId"], session["name"])
    assert talking.get("/status")["status"] == "OK"
    assert talking.get("/currencies/company") == {"companyCurrency": "EUR"}


def test_the_chart_is_that_of_the_books() -> None:
    talking = talker({"accounts": ["1", {"number": "2", "name": "Two", "active": False}]})

    assert talking.get("/coa") == {"ledgerAccounts": [
        {"ledgerAccountCode": "1", "name": "Account 1", "active": True},
        {"ledgerAccountCode": "2", "name": "Two", "active": False},
    ]}  # fmt: skip


def test_vat_percentages_and_statuses_in_use() -> None:
    talking = talker()
    given = talking.get("/vats/default")
    [finland] = given["vatInformation"]

    assert [float(one["vatPercent"]) for one in finland["percentages"]] == [0, 10, 13.5, 14, 24, 25.5]
    assert all(one["sales"] and one["purchase"] for one in finland["percentages"])
    assert [(one["vatStatus"], one["sales"], one["purchase"]) for one in given["vatStatuses"]] == [
        (1, True, True), (3, True, False), (5, True, False), (12, True, True),
    ]  # fmt: skip
    assert talking.get("/vats/settings") == {
        "unitPricesIncludeVatSales": False, "unitPricesIncludeVatPurchase": False,
    }  # fmt: skip


def test_the_words_say_which_vat_is_in_use() -> None:
    talking = talker({"vat_codes": [{"code": "7", "side": "purchase", "percents": [24]}, {"code": "K"}]})

    given = talking.get("/vats/default")
    assert [one["vatStatus"] for one in given["vatStatuses"]] == [7]
    sides = {float(one["vatPercent"]): one["sales"] for one in given["vatInformation"][0]["percentages"]}
    assert set(sides) == {0, 10, 13.5, 14, 24, 25.5}


def test_vat_percentages_of_a_country() -> None:
    talking = talker()

    assert [float(one) for one in talking.get("/vats/country", countryCode="FI")["vatPercentages"]][-1] == 25.5
    assert talking.get("/vats/country", countryCode="SE") == {"vatPercentages": []}
    for wrong in ("", "fi", "FIN"):
        assert talking.refused("GET", "/vats/country", countryCode=wrong)[0] == 400


def test_fiscal_years_come_newest_first_with_a_period_a_month() -> None:
    words = {
        "fiscal_years": [{"begin": "2025-01-15", "end": "2025-12-31"}, {"begin": "2026-01-01", "end": "2026-12-31"}],
        "locked_until": "2025-12-31",
    }
    newest, oldest = talker(words).get("/fiscalyears")["fiscalYears"]

    assert (newest["startDate"], newest["isOpen"], oldest["isOpen"]) == ("2026-01-01", True, False)
    assert {one["status"] for one in oldest["trackingPeriods"]} == {"CLOSED"}
    assert {one["status"] for one in newest["trackingPeriods"]} == {"OPEN"}
    assert (oldest["trackingPeriods"][0]["startDate"], oldest["trackingPeriods"][0]["endDate"]) == (
        "2025-01-15", "2025-01-31",
    )  # fmt: skip
    assert len(newest["trackingPeriods"]) == 12


@pytest.mark.parametrize(
    ("begin", "end", "count"), [("2024-02-01", "2024-02-29", 1), ("2025-06-30", "2025-07-01", 2),
                                ("9999-11-01", "9999-12-31", 2)],
)  # fmt: skip
def test_months(begin: str, end: str, count: int) -> None:
    found = list(months(begin, end))

    assert (found[0][0], found[-1][1], len(found)) == (begin, end, count)


def test_there_is_one_bank_account_whose_iban_is_right() -> None:
    talking = talker()
    [account] = talking.get("/bankaccounts")["results"]

    assert iban_of("123456", "00000785") == "FI2112345600000785"
    assert account["iban"].startswith("FI")
    assert talking.get("/bankaccounts/1") == account
    assert talking.refused("GET", "/bankaccounts/2")[0] == 404
    assert talking.refused("GET", "/bankaccounts", previousId=7)[0] == 404
    assert talking.get("/bankaccounts", previousId=1)["results"] == []
