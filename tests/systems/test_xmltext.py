"""XML in and out: nothing in a document reaches beyond it, and what was written reads back."""

from __future__ import annotations

import re
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems import xmltext
from simulator.systems.xmltext import (
    ATTRIBUTES_MAX,
    DEPTH_MAX,
    ELEMENTS_MAX,
    ENCODINGS,
    Element,
    Grammar,
    MalformedXMLError,
    children,
    element,
    fold,
    holds,
    parse,
    text_of,
    write,
)

BOM = b"\xef\xbb\xbf"


def refused(body: bytes, charset: str = "") -> MalformedXMLError:
    with pytest.raises(MalformedXMLError) as raised:
        parse(body, charset)
    return raised.value


def declared(encoding: str, text: str = "<a/>") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


# ------------------------------------------------------------------------------------------------- attacks

LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10 if number else "ha" * 10}">' for number in range(10))
ATTACKS = {
    "billion laughs": f"<!DOCTYPE a [{LAUGHS}]><a>&l9;</a>",
    "laughs in an attribute": f'<!DOCTYPE a [{LAUGHS}]><a b="&l9;"/>',
    "external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>',
    "external DTD": '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
    "a bare DOCTYPE": "<!DOCTYPE a><a/>",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>\n', " \n\t"])
def test_a_document_with_a_doctype_is_refused_before_it_does_anything(attack: str, before: str) -> None:
    tracemalloc.start()
    try:
        error = refused((before + attack).encode())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "DOCTYPE" in error.detail
    assert peak < 1_000_000


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_a_doctype_is_not_hidden_by_an_encoding_of_more_bytes(attack: str, encoding: str) -> None:
    assert "encoding" in refused(attack.encode(encoding)).detail
    refused(declared(encoding, attack).encode(encoding))
    refused(attack.encode("cp037"))
    refused(declared("IBM037", attack).encode("cp037"))


def test_a_doctype_that_only_the_parser_sees_is_refused_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltext, "ENCODINGS", ENCODINGS | {"utf-7"})
    hidden = "+ADwAIQ-DOCTYPE a+AD4-<a/>"
    assert refused(hidden.encode(), "utf-7").detail == "a DOCTYPE is not taken"


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "UTF-16LE", "ucs-4", "IBM037", "ebcdic", "x" * 100])
def test_an_encoding_that_could_hide_something_is_refused_by_name(encoding: str) -> None:
    for error in (refused(declared(encoding).encode()), refused(b"<a/>", encoding)):
        assert error.detail == f"the encoding {encoding.lower()[:40]} is not taken"


def test_an_entity_that_nobody_defined_is_refused_and_the_five_of_xml_are_read() -> None:
    assert "x" in refused(b"<a>&x;</a>").detail
    assert parse(b'<a b="&quot;&#228;">&amp;&lt;&gt;&apos;&#x20AC;</a>').text == "&<>'€"


@pytest.mark.parametrize(
    ("body", "line"), [(b"", 1), (b"x", 1), (b"<a>\n<b>\n</a>", 3), (b"<a/>\n<b/>", 2), (b"<a><b:c/></a><", 1)]
)
def test_what_is_no_xml_is_refused_with_its_line(body: bytes, line: int) -> None:
    error = refused(body)
    assert (error.line, str(error)) == (line, error.detail)
    assert error.detail


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


@pytest.mark.parametrize("depth", [DEPTH_MAX + 1, 255, 257, 10_000, 200_000])
def test_a_document_that_is_nested_too_deep_is_refused(depth: int) -> None:
    assert parse(nested(DEPTH_MAX)).tag == "a"
    assert re.search("deep|depth", refused(nested(depth)).detail, re.IGNORECASE)


def test_a_document_of_too_many_elements_is_refused() -> None:
    most = b"<a>" + b"<b/>" * (ELEMENTS_MAX - 1) + b"</a>"
    assert len(parse(most)) == ELEMENTS_MAX - 1
    assert "too many elements" in refused(most.replace(b"<a>", b"<a><b/>")).detail


def test_elements_are_counted_at_every_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltext, "ELEMENTS_MAX", 5)
    assert parse(b"<a><b><c/></b><d><e/></d></a>").tag == "a"
    refused(b"<a><b><c/></b><d><e/></d><f/></a>")


@pytest.mark.parametrize("around", [b"<r %b/>", b"<r><a/><a %b/></r>"])
def test_an_element_of_too_many_attributes_is_refused(around: bytes) -> None:
    def document(count: int) -> bytes:
        return around % b" ".join(b'A%d=""' % number for number in range(count))

    fold(parse(document(ATTRIBUTES_MAX)))
    assert "attributes" in refused(document(ATTRIBUTES_MAX + 1)).detail
    # A body of the most bytes that are taken is refused at once, and not walked through once for each of them.
    assert "attributes" in refused(document(400_000)).detail


# ----------------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_an_encoding_that_is_taken_is_taken_from_the_header_and_from_the_document(encoding: str) -> None:
    text = "x" if encoding == "us-ascii" else "ä"
    for name in (encoding, encoding.upper()):
        assert parse(declared(name, f"<a>{text}</a>").encode(encoding)).text == text
        assert parse(f"<a>{text}</a>".encode(encoding), name).text == text


def test_the_euro_sign_of_iso_8859_15_is_one() -> None:
    body = declared("ISO-8859-15", "<a>\xa4</a>").encode("iso-8859-1")
    assert parse(body).text == "€"
    assert parse(body.replace(b"-15", b"-1")).text == "¤"
    assert parse(b"<a>\xa4</a>", "iso-8859-15").text == "€"


def test_the_charset_of_the_header_goes_before_what_the_document_says() -> None:
    assert parse(declared("UTF-8", "<a>\xa4</a>").encode("iso-8859-1"), "ISO-8859-15").text == "€"
    assert parse(declared("ISO-8859-1", "<a>€</a>").encode(), "utf-8").text == "€"
    assert parse(declared("utf-16", "<a>€</a>").encode(), "utf-8").text == "€", "it is not written in UTF-16"
    refused(declared("UTF-8").encode(), "utf-7")


def test_a_byte_order_mark_of_utf_8_goes_before_both() -> None:
    body = BOM + declared("ISO-8859-1", "<a>€</a>").encode()
    assert parse(body).text == "€"
    assert parse(body, "iso-8859-15").text == "€"
    assert parse(BOM + "<a>€</a>".encode()).text == "€"


def test_without_any_word_of_it_a_document_is_in_utf_8() -> None:
    assert parse("<a>ä€</a>".encode()).text == "ä€"
    assert "encoding" in refused("<a>ä</a>".encode("latin-1")).detail


# ------------------------------------------------------------------------------------------ reading a tree


def test_comments_and_processing_instructions_are_left_out() -> None:
    root = parse(b"<?x y?><!-- 0 --><a>1<!-- 2 -->3<?p q?>4<b/><!-- 5 --></a><!-- 6 -->")
    assert (root.text, len(root)) == ("134", 1)
    assert write(root, declaration=False) == b"<a>134<b/></a>"


def test_names_are_folded_at_every_level_and_lose_their_namespaces() -> None:
    root = parse(
        b'<N:Root xmlns:N="urn:n" xmlns="urn:d" N:ID="1" Type="t" row="r"><Row Mode="M"><N:ROW/></Row></N:Root>'
    )

    fold(root)

    assert [one.tag for one in root.iter()] == ["root", "row", "row"]
    assert (dict(root.attrib.items()), dict(root[0].attrib.items())) == (
        {"id": "1", "type": "t", "row": "r"},
        {"mode": "M"},
    )
    assert root.find("row/row") is not None


def test_the_text_of_a_child_is_stripped_and_has_a_default_where_there_is_none() -> None:
    root = parse(b"<a><b> \n x y </b><c/><d><e>z</e></d><b>second</b></a>")
    assert [text_of(root, name, "none") for name in "bcdx"] == ["x y", "none", "none", "none"]
    assert text_of(root, "x") == ""
    assert text_of(root, "d/e") == "z"
    assert [child.text for child in children(root, "b")] == [" \n x y ", "second"]


# ------------------------------------------------------------------------------------------------ grammars

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="voucher"><xs:complexType><xs:sequence>
    <xs:element name="date" type="xs:date"/>
    <xs:element name="row" maxOccurs="unbounded"><xs:simpleType><xs:restriction base="xs:string">
      <xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def grammar(tmp_path: Path) -> Grammar:
    path = tmp_path / "voucher.xsd"
    path.write_text(SCHEMA, encoding="utf-8")
    return Grammar(path)


def test_a_document_that_keeps_its_grammar_has_no_fault(grammar: Grammar) -> None:
    assert list(grammar.faults(parse(b"<voucher><date>2026-01-15</date><row>x</row></voucher>"))) == []


def test_every_fault_is_told_with_its_kind_its_place_and_its_line(grammar: Grammar) -> None:
    body = b"<voucher>\n<date>2026-02-30</date>\n<row>x</row>\n<row>too long</row>\n<more/></voucher>"

    faults = list(grammar.faults(parse(body)))

    kinds = {fault.kind: (fault.path, fault.line) for fault in faults}
    assert kinds["SCHEMAV_CVC_DATATYPE_VALID_1_2_1"] == ("/voucher/date", 2)
    assert kinds["SCHEMAV_CVC_MAXLENGTH_VALID"] == ("/voucher/row[2]", 4)
    assert kinds["SCHEMAV_ELEMENT_CONTENT"] == ("/voucher/more", 5)
    assert any("2026-02-30" in fault.detail for fault in faults)


def test_the_faults_of_one_document_are_not_told_of_the_next(grammar: Grammar) -> None:
    assert list(grammar.faults(parse(b"<wrong/>")))
    assert list(grammar.faults(parse(b"<voucher><date>2026-01-15</date><row/></voucher>"))) == []
    (fault,) = grammar.faults(parse(b"<voucher/>"))
    assert fault.kind == "SCHEMAV_ELEMENT_CONTENT"


def test_the_faults_of_a_document_are_its_own_while_another_thread_looks_at_others(grammar: Grammar) -> None:
    document = b"<voucher><date>2026-01-15</date>" + b"<row>too long</row>" * 3_000 + b"</voucher>"
    alone = sum(1 for _ in grammar.faults(parse(document)))

    def look(_: int) -> int:
        return sum(1 for _ in grammar.faults(parse(document)))

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(look, range(40))) == {alone}


# ------------------------------------------------------------------------------------------------- writing


def test_an_element_is_made_of_texts_children_and_attributes() -> None:
    made = element("a", "x", element("b"), element("c", "1", "2"), type_="t", class_="k", id="5")
    assert write(made, declaration=False) == b'<a type="t" class="k" id="5">x<b/><c>12</c></a>'


def test_a_declaration_says_version_encoding_and_standalone_unless_it_is_left_out() -> None:
    made = element("a", "€")
    assert write(made) == "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<a>€</a>".encode()
    assert write(made, encoding="iso-8859-15").endswith(b"<a>\xa4</a>")
    assert b"encoding='iso-8859-15'" in write(made, encoding="iso-8859-15")
    assert write(made, encoding="iso-8859-1", declaration=False) == b"<a>&#8364;</a>"


UNHOLDABLE = st.sampled_from("\x00\x01\x08\x0b\x0c\x0e\x1f\ud800\udfff\ufffe\uffff")
HOLDABLE = st.text(st.characters(exclude_categories=["Cs"]).filter(holds), max_size=20)


@pytest.mark.parametrize(
    "sign", ["\t", "\n", "\r", " ", "\x7f", "\x85", "\ud7ff", "\ue000", "\ufffd", "😀", "\U0010ffff"]
)
def test_a_sign_that_xml_can_hold_is_held(sign: str) -> None:
    assert holds(f"a{sign}b")
    made = element("a", f"x{sign}y", b=f"x{sign}y")
    for encoding in ("utf-8", "iso-8859-1"):
        root = parse(write(made, encoding=encoding))
        assert (root.text, root.get("b")) == (f"x{sign}y", f"x{sign}y")


@given(HOLDABLE, UNHOLDABLE, HOLDABLE)
def test_a_sign_that_xml_cannot_hold_is_told_and_left_out(before: str, sign: str, after: str) -> None:
    assert holds(before + after)
    assert not holds(before + sign + after)
    made = element("a", before + sign + after, b=sign + after)
    assert (made.text, made.get("b")) == (before + after, after)


NAMES = st.sampled_from(["a", "Row", "voucher-line", "x_1"])
TREES: st.SearchStrategy[Element] = st.recursive(
    st.builds(lambda name, text, attributes: element(name, text, **attributes), NAMES, HOLDABLE,
              st.dictionaries(NAMES, HOLDABLE, max_size=2)),
    lambda inner: st.builds(lambda name, parts: element(name, *parts), NAMES, st.lists(inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


def plain(root: Element) -> Any:
    """A tree as lists, texts that are empty and texts that are not there being the same."""
    return [root.tag, dict(root.attrib), root.text or "", [plain(child) for child in root]]


@given(TREES, st.sampled_from(["utf-8", "iso-8859-15", "us-ascii"]))
def test_what_was_written_reads_back(root: Element, encoding: str) -> None:
    before = plain(root)
    assert plain(parse(write(root, encoding=encoding))) == before
    assert plain(parse(write(root, encoding=encoding, declaration=False), encoding)) == before
