"""What goes over the wire of a system, and who a client is in it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Answer, Exchange, Line, Reply, Request, Tenant, merged
from tests.strategies import texts

MOUNT = "/netvisor"
IDENTITIES = st.text("0123456789abcdef", min_size=12, max_size=12)


def request(target: str, **rest: object) -> Request:
    return Request("GET", target, mount=MOUNT, **rest)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ requests


def test_the_address_of_a_request_is_what_its_sender_wrote() -> None:
    one = request("/netvisor/a%20b?c=%C3%A4", origin="https://books.example:8443")
    assert one.url == "https://books.example:8443/netvisor/a%20b?c=%C3%A4"


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/netvisor/vouchers?a=1", "/vouchers", "a=1"),
        ("/netvisor", "/", ""),
        ("/netvisor/", "/", ""),
        ("/netvisor?a=1", "/", "a=1"),
        ("/netvisor/a?b?c", "/a", "b?c"),
        ("/netvisor/netvisor/x", "/netvisor/x", ""),
        ("/netvisor/%C3%A4%20%2F+", "/ä /+", ""),
        ("/net%76isor/x", "/x", ""),
        ("/netvisor/a%3Fb?c", "/a?b", "c"),
        ("/netvisor//", "//", ""),
    ],
)
def test_the_path_is_decoded_and_without_the_mount_and_the_query_is_as_it_was_sent(
    target: str, path: str, query: str
) -> None:
    assert (request(target).path, request(target).query) == (path, query)


@given(texts(1))
def test_any_path_that_was_encoded_comes_out_again(path: str) -> None:
    assert request(f"{MOUNT}/{quote(path, safe='')}").path == f"/{path}"


@given(st.lists(st.tuples(texts(1), texts()), max_size=5))
def test_parameters_come_out_in_their_order_empty_and_repeated_ones_included(pairs: list[tuple[str, str]]) -> None:
    one = request(f"{MOUNT}/x?{urlencode(pairs)}")
    assert one.parameters == pairs
    for name, _ in pairs:
        assert one.parameter(name, "none") == next(value for given, value in pairs if given == name)


def test_a_parameter_that_is_not_there_has_its_default() -> None:
    assert request("/netvisor/x?a=").parameter("a", "none") == ""
    assert request("/netvisor/x?a=").parameter("b", "none") == "none"
    assert request("/netvisor/x").parameter("A") == ""
    assert request("/netvisor/x?A=1").parameter("a") == "", "names of parameters are not folded"


def test_a_header_is_found_whatever_the_case_of_its_name_and_the_first_one_counts() -> None:
    one = request("/netvisor", headers=[("X-Key", "first"), ("x-key", "second")])
    assert one.header("x-key") == "first"
    assert one.header("x-other") is None
    assert request("/netvisor", headers=[("x-key", "")]).header("x-key") == ""


@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        ("application/json", "application/json"),
        ("Text/XML; charset=UTF-8", "text/xml"),
        (" application/xml ;q=1", "application/xml"),
        ("", ""),
    ],
)
def test_the_media_type_is_without_parameters_and_in_lower_case(value: str, media_type: str) -> None:
    assert request("/netvisor", headers=[("content-type", value)]).media_type == media_type
    assert request("/netvisor").media_type == ""


# ------------------------------------------------------------------------------------ answers and exchanges


def test_an_answer_shows_the_header_of_its_media_type_first_if_it_has_one() -> None:
    more = [("location", "/x")]
    assert Answer(200, b"{}", "text/xml", more).show_headers() == [("content-type", "text/xml"), ("location", "/x")]
    assert Answer(204, headers=more).show_headers() == more


@given(st.binary(max_size=50), st.binary(max_size=50), texts(), texts())
def test_an_exchange_weighs_a_byte_more_for_every_byte_that_it_holds(
    body: bytes, answer: bytes, path: str, value: str
) -> None:
    empty = Exchange(Request("POST", ""), Answer(200)).size
    headed = Exchange(Request("POST", "", [("", "")]), Answer(200, headers=[("", "")])).size
    full = Exchange(Request("POST", path, [("a", value)], body), Answer(200, answer, headers=[("bc", value)]))

    assert 0 < empty < headed
    assert full.size == headed + len(body) + len(answer) + len(path) + 2 * len(value) + 3
    assert Reply("accepted", exchanges=(full, full)).size == 2 * full.size
    assert Reply("accepted", sent=body).size == 0


def test_a_line_hands_a_request_to_the_wire_at_its_instant_and_remembers_both() -> None:
    class Echo:
        def answer(self, request: Request, now: int) -> Answer:
            return Answer(200, f"{request.target} at {now}".encode())

    line = Line(Echo(), 7)
    answers = [line.send(Request("GET", target)) for target in ("/a", "/b")]

    assert [answer.body for answer in answers] == [b"/a at 7", b"/b at 7"]
    assert [(one.request.target, one.answer) for one in line.exchanges] == list(zip(["/a", "/b"], answers, strict=True))


# ------------------------------------------------------------------------------------------------- tenants


def check_digit(digits: str) -> str:
    """The check digit of a Finnish business ID as the tax administration describes it; empty where there is none."""
    total = 7 * int(digits[0])
    for place, weight in ((1, 9), (2, 10), (3, 5), (4, 8), (5, 4), (6, 2)):
        total += weight * int(digits[place])
    candidates = [digit for digit in range(10) if (total + digit) % 11 == 0]
    return str(candidates[0]) if candidates else ""


@pytest.mark.parametrize("real", ["0112038-9", "1927400-1", "0116297-6"])
def test_the_check_of_the_tests_takes_business_ids_that_there_are(real: str) -> None:
    assert check_digit(real[:7]) == real[-1]


@given(IDENTITIES)
def test_a_business_id_has_seven_digits_and_the_right_check_digit(identity: str) -> None:
    digits, _, check = Tenant(identity).business_id.partition("-")

    assert len(digits) == 7
    assert digits.isdecimal()
    assert check == check_digit(digits) != ""


class Fixed(Tenant):
    """A company whose digits are chosen."""

    chosen = ""

    def digits(self, purpose: str, length: int) -> str:
        assert (purpose, length) == ("business-id", 7)
        return self.chosen


@pytest.mark.parametrize("start", range(1_000_000, 1_000_030))
def test_a_number_that_can_have_no_check_digit_gives_way_to_the_next_that_can(
    start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fixed, "chosen", str(start))
    numbers = [str(number) for number in range(start, start + 11)]

    first = next(number for number in numbers if check_digit(number))

    assert Fixed("x").business_id == f"{first}-{check_digit(first)}"


def test_after_the_last_number_comes_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for start in range(9_999_990, 10_000_000):
        monkeypatch.setattr(Fixed, "chosen", str(start))
        digits, _, check = Fixed("x").business_id.partition("-")
        assert (len(digits), check) == (7, check_digit(digits))


@given(IDENTITIES, st.sampled_from(["key", "password"]), st.integers(1, 24))
def test_digits_are_as_many_as_asked_for_and_begin_with_no_zero(identity: str, purpose: str, length: int) -> None:
    digits = Tenant(identity).digits(purpose, length)

    assert len(digits) == length
    assert digits.isdecimal()
    assert digits[0] != "0"
    assert Tenant(identity).digits(purpose, length) == digits


@given(IDENTITIES, st.integers(0, 90))
def test_letters_are_as_many_as_asked_for_and_the_same_in_every_run(identity: str, length: int) -> None:
    letters = Tenant(identity).letters("key", length)

    assert len(letters) == length
    assert set(letters) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert Tenant(identity).letters("key", length) == letters


def test_other_purposes_and_other_companies_have_other_letters_and_digits() -> None:
    made = {
        text
        for identity in ("0123456789ab", "0123456789ac", "")
        for purpose in ("key", "password")
        for text in (Tenant(identity).letters(purpose), Tenant(identity).digits(purpose, 10))
    }
    assert len(made) == 12
    assert len(Tenant("x").letters("key")) == 32


def test_what_a_company_is_called_does_not_change_from_one_version_to_the_next() -> None:
    """Journals hold what was signed with it."""
    tenant = Tenant("0123456789ab")
    assert (tenant.letters("key", 12), tenant.digits("key", 8), tenant.business_id) == (
        "6mde77mgkkqh",
        "99468947",
        "4784885-0",
    )


# -------------------------------------------------------------------------------------------------- words

WORDS = st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 3))


@given(WORDS, WORDS)
def test_words_are_laid_over_words_and_null_takes_one_away(words: dict[str, int], changes: dict[str, int]) -> None:
    result = merged(words, changes)
    for name in "abcd":
        expected = changes[name] if name in changes else words.get(name)
        assert (name in result) is (expected is not None)
        assert result.get(name) == expected
