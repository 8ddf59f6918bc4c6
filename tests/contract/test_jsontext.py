"""JSON exactly as it was sent: decimals keep their digits, and what two readers could take differently is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.jsontext import DEPTH_MAX, MalformedError, dumps, loads, pretty
from tests.strategies import json_values, numbers, texts


def refused(body: bytes, **options: int) -> MalformedError:
    """Why a body is refused."""
    with pytest.raises(MalformedError) as caught:
        loads(body, **options)
    assert caught.value.expected
    assert len(caught.value.detail) < 200
    return caught.value


# ------------------------------------------------------------------------------------------------ numbers


@given(json_values())
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert same(loads(dumps(value)), value)
    assert same(loads(pretty(value).encode()), value)


@given(numbers())
def test_a_number_keeps_every_digit(number: int | Decimal) -> None:
    read = loads(dumps(number))

    assert (type(read), str(read)) == (type(number), str(number))


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal in type and in digits, not only in amount."""
    return repr(left) == repr(right)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"2990.00", Decimal("2990.00")), (b"0.1", Decimal("0.1")), (b"1.0", Decimal("1.0")), (b"1e2", Decimal("1E+2")),
        (b"-0.0", Decimal("-0.0")), (b"1", 1), (b"-0", 0), (b"1" + b"0" * 29, 10**29),
        (b"0.123456789012345678901234567890123456789", Decimal("0.123456789012345678901234567890123456789")),
        (b"1E+11", Decimal("1E+11")), (b"1e400", Decimal("1E+400")), (b"1E-999999999", Decimal("1E-999999999")),
    ],
)  # fmt: skip
def test_numbers_with_a_fraction_or_an_exponent_are_decimals_and_others_are_whole(text: bytes, value: Any) -> None:
    assert same(loads(text), value)


def test_a_decimal_is_written_as_the_number_it_is() -> None:
    assert dumps({"amount": Decimal("2990.00"), "big": 10**30}) == b'{"amount":2990.00,"big":1' + b"0" * 30 + b"}"


@pytest.mark.parametrize(
    "number", [b"1" * 4_301, b"-" + b"1" * 5_000, b"1E-9999999999999999999", b"1E+9999999999999999999"]
)
def test_a_number_that_no_reader_can_hold_is_refused(number: bytes) -> None:
    assert refused(b'{"amount":' + number + b"}").detail == "a number is too long to be read"


def test_thousands_of_digits_are_still_a_number() -> None:
    assert loads(b"1" * 4_300) == int("1" * 4_300)
    assert loads(b"0." + b"1" * 100_000) == Decimal("0." + "1" * 100_000)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("around", ["%s", "[%s]", '{"amount": %s}'])
def test_nan_and_infinity_are_no_numbers(constant: str, around: str) -> None:
    assert refused((around % constant).encode()).detail == f"{constant} is not a number of JSON"


@pytest.mark.parametrize(
    "text", ["01", "+1", "1.", ".5", "1e", "0x10", "1_000", "--1", "1,5", "\N{ARABIC-INDIC DIGIT ONE}", "nan", "inf"]
)
def test_other_spellings_of_numbers_are_refused(text: str) -> None:
    assert refused(text.encode()).line == 1


# -------------------------------------------------------------------------------------------- duplicates


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1, "a": 1}', '{"a": 1, "b": 2, "a": 3}', '[[{"x": {"a": 1, "a": 2}}]]', '{"a": {}, "a": {}}',
        '{"a": 1, "\\u0061": 2}', '{"deep": [{"deeper": {"a": null, "a": null}}], "a": 1}',
    ],
)  # fmt: skip
def test_a_member_that_occurs_twice_is_refused_at_any_depth(body: str) -> None:
    assert refused(body.encode()).detail == "the member 'a' occurs twice in one object"


def test_the_same_member_in_two_objects_is_fine() -> None:
    assert loads(b'[{"a": 1}, {"a": 2, "b": {"a": 3}}]') == [{"a": 1}, {"a": 2, "b": {"a": 3}}]


def test_the_name_of_a_repeated_member_is_cut_where_it_is_long() -> None:
    name = "n" * 100_000

    refused(json.dumps({name: 1})[:-1].encode() + f', "{name}": 2}}'.encode())


# ------------------------------------------------------------------------------------------------- depth


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


def test_the_bound_on_nesting_is_exact() -> None:
    assert loads(nested(DEPTH_MAX))
    assert loads((b'{"a":' * DEPTH_MAX) + b"1" + b"}" * DEPTH_MAX)
    assert refused(nested(DEPTH_MAX + 1)).detail == "the body is nested deeper than 64 levels"
    assert refused((b'{"a":' * (DEPTH_MAX + 1)) + b"1" + b"}" * (DEPTH_MAX + 1)).expected == "at most 64 levels"


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_bound_on_nesting_can_be_chosen(depth: int, bound: int) -> None:
    if depth <= bound:
        loads(nested(depth), depth_max=bound)
    else:
        assert f"deeper than {bound} levels" in refused(nested(depth), depth_max=bound).detail


@pytest.mark.parametrize("depth", [200, 1_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_no_depth_breaks_the_reader(depth: int, opening: str) -> None:
    refused((opening * depth).encode())
    assert "nested deeper" in refused(nested(depth)).detail


def test_brackets_inside_strings_and_beside_each_other_do_not_count() -> None:
    assert loads(json.dumps({"text": "[{" * 10_000}).encode())
    assert loads(b"[" + b",".join([b"[]"] * 10_000) + b"]")
    assert loads(json.dumps([{"a": [{}]}] * 1_000).encode())


def test_depth_counts_on_the_deepest_branch_wherever_it_is() -> None:
    assert "nested deeper" in refused(b'{"flat": [1, 2, {}], "text": "[[[", "deep": ' + nested(64) + b"}").detail
    assert loads(b'{"flat": [1, 2, {}], "text": "[[[", "deep": ' + nested(63) + b"}")


# -------------------------------------------------------------------------------------------------- bytes


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t  \n"])
def test_an_empty_body_is_called_empty(body: bytes) -> None:
    assert refused(body).detail == "the body is empty"


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf{}", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf[]"])
def test_a_byte_order_mark_is_refused_by_name(body: bytes) -> None:
    assert "byte order mark" in refused(body).detail


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_encodings_are_refused(encoding: str) -> None:
    refused('{"a": "ä"}'.encode(encoding))
    refused("[1, 2]".encode(encoding))


@pytest.mark.parametrize(
    ("body", "byte"),
    [
        (b'"\xff"', "byte 1 (0xff)"), (b'{"a": "\xc3"}', "byte 7 (0xc3)"), (b'"\xed\xa0\x80"', "byte 1 (0xed)"),
        (b'"\xc0\xaf"', "byte 1 (0xc0)"), ("ä".encode("latin-1"), "byte 0 (0xe4)"),
        (b'"\xf4\x90\x80\x80"', "byte 1 (0xf4)"),
    ],
)  # fmt: skip
def test_broken_utf_8_is_refused_with_the_place(body: bytes, byte: str) -> None:
    assert refused(body).detail == f"{byte} is not UTF-8"


@pytest.mark.parametrize("escape", [r"\ud800", r"\udfff", r"\udc00\ud800", r"a\uD83Db", r"\ud800\ud800\udc00"])
@pytest.mark.parametrize("around", ['"%s"', '["x", "%s"]', '{"%s": 1}', '{"a": [{"ä%s": "x"}]}', '{"a": {"b": "%s"}}'])
def test_half_of_a_surrogate_pair_is_refused_in_values_and_in_names(escape: str, around: str) -> None:
    assert "surrogate" in refused((around % escape).encode()).detail


def test_whole_pairs_and_other_escapes_stand_for_their_characters() -> None:
    assert loads(rb'{"\u00e4": "\ud83d\ude00\u0000\n\/"}') == {"ä": "😀\x00\n/"}


@given(st.characters(max_codepoint=0x1F) | st.just("\x00"))
def test_control_characters_are_refused_unless_escaped(character: str) -> None:
    assert "control character" in refused(f'"a{character}b"'.encode()).detail
    assert loads(f'"\\u{ord(character):04x}"'.encode()) == character


@pytest.mark.parametrize(
    "body",
    [
        "{} {}", "[] x", "{},", "1 2", '{"a": 1,}', "[1,]", "{'a': 1}", "{a: 1}", '{"a" 1}', '{"a": }', "[", "{", '"',
        "}", "// c\n{}", "{} // c", "/* c */ 1", "undefined", "True", "None", '"\\x41"', '"\\u12"', "\x00", "{}\x00",
        "\x0c{}", "\N{NO-BREAK SPACE}{}",
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_with_line_and_column(body: str) -> None:
    error = refused(body.encode())

    assert error.expected == "JSON as of RFC 8259"
    assert error.line >= 1
    assert f"line {error.line}, column {error.column}" in error.detail


def test_line_and_column_point_at_the_mistake() -> None:
    error = refused('{\n  "ä": 1,\n  "b" 2\n}'.encode())

    assert (error.line, error.column) == (3, 7)


@pytest.mark.parametrize(
    ("body", "value"), [(b"null", None), (b' "x" ', "x"), (b"true\n", True), (b"0", 0), (b"[]", [])]
)
def test_a_body_may_be_any_json_value(body: bytes, value: Any) -> None:
    assert loads(body) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = loads(body)
    except MalformedError as error:
        assert error.detail  # noqa: PT017 - whether it is refused is Hypothesis's choice
    else:
        assert same(loads(dumps(value)), value)


@given(texts(max_size=60))
def test_what_the_standard_library_takes_and_is_clear_is_taken_alike(text: str) -> None:
    body = json.dumps({"text": text, "list": [1, text]}, ensure_ascii=False).encode()

    assert loads(body) == json.loads(body)


def test_pretty_is_indented_and_exact() -> None:
    assert pretty({"a": [Decimal("1.10")], "ä": None}) == '{\n  "a": [\n    1.10\n  ],\n  "ä": null\n}'
