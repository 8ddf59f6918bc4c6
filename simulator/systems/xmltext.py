"""XML between bytes and trees, for systems that speak it: nothing in a document can reach beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from lxml import etree

DEPTH_MAX = 64
ELEMENTS_MAX = 200_000
ATTRIBUTES_MAX = 100
"""Of one element: to find one among n takes n steps, and `fold` looks at them all."""
ENCODINGS = frozenset({"utf-8", "utf8", "iso-8859-1", "iso-8859-15", "latin-1", "latin1", "windows-1252", "us-ascii"})
"""What a document may say that it is written in. Others could hide a DOCTYPE from whoever looks for it."""

_ALIASES = {"latin-1": "iso-8859-1"}
"""What libxml2 knows by another name."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

Element = etree._Element  # noqa: SLF001 - lxml gives its element class no other name


class MalformedXMLError(ValueError):
    """The bytes are not XML, or XML of a kind that is not taken; the text says which, the line where."""

    def __init__(self, detail: str, line: int = 0) -> None:
        """Keep what is wrong and where, from 1; 0 where no line can be named."""
        self.detail = detail
        self.line = line
        super().__init__(detail)


def parse(body: bytes, charset: str = "") -> Element:
    """Return the root of a document. Raises MalformedXMLError.

    *charset* is what the HTTP header says, which goes before what the document says of itself. No DTD, no
    entities but the five that XML has, nothing fetched, depth and number of elements bounded. Comments and
    processing instructions are left out.
    """
    encoding = _encoding(body, charset)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise MalformedXMLError("a DOCTYPE is not taken")
    parser = etree.XMLParser(
        encoding=encoding or None,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedXMLError(str(error.msg), error.lineno or 0) from None
    except (ValueError, LookupError) as error:
        raise MalformedXMLError(str(error)) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise MalformedXMLError("a DOCTYPE is not taken")
    _bound(root)
    return root


def _encoding(body: bytes, charset: str) -> str:
    declared = _DECLARED.match(body)
    name = (charset or (declared.group(1).decode() if declared else "")).lower()
    if name and name not in ENCODINGS:
        raise MalformedXMLError(f"the encoding {name[:40]} is not taken")
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in body[:64]:
        raise MalformedXMLError("the encoding UTF-16 or UTF-32 is not taken")
    # A byte order mark goes before both.
    return "" if body.startswith(b"\xef\xbb\xbf") else _ALIASES.get(name, name)


# Asked of libxml2, which answers in a tenth of the time that a walk in Python takes: a root is the first level.
_is_too_deep = etree.XPath(f"boolean({'/'.join('*' * DEPTH_MAX)})")
_is_too_large = etree.XPath("count(descendant-or-self::*) > $most")
_is_too_wide = etree.XPath(f"boolean(descendant-or-self::*[@*[{ATTRIBUTES_MAX + 1}]])")


def _bound(root: Element) -> None:
    if _is_too_deep(root) or _is_too_large(root, most=ELEMENTS_MAX):
        raise MalformedXMLError(f"it is nested deeper than {DEPTH_MAX} levels or has too many elements")
    if _is_too_wide(root):
        raise MalformedXMLError(f"an element has more than {ATTRIBUTES_MAX} attributes")


def fold(root: Element) -> None:
    """Write all names of elements and attributes in lower case, without namespaces."""
    for element in root.iter(etree.Element):
        # Written only where it changes: most clients write small letters already.
        tag = str(element.tag)
        if (folded := _folded(tag)) != tag:
            element.tag = folded
        for name, value in list(element.attrib.items()):
            folded = _folded(str(name))
            if folded != name:
                del element.attrib[name]
                element.set(folded, value)


def _folded(name: str) -> str:
    return name.rpartition("}")[2].lower()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a document breaks of an XSD."""

    kind: str
    """libxml2's name of it, such as SCHEMAV_ELEMENT_CONTENT."""
    detail: str
    path: str
    line: int


class Grammar:
    """An XSD, compiled."""

    def __init__(self, path: Path) -> None:
        """Read an XSD that ships with the simulator."""
        self._schema = etree.XMLSchema(etree.parse(path))
        # Of its errors libxml2 keeps one list, and a replay runs on a thread of its own.
        self._lock = Lock()

    def faults(self, root: Element) -> Iterator[Fault]:
        """Yield everything that a document breaks."""
        with self._lock:
            if self._schema.validate(root):
                return
            log = list(self._schema.error_log)  # type: ignore[call-overload]  # the stubs know no iteration
        for entry in log:
            yield Fault(entry.type_name, entry.message, entry.path or "", entry.line)


def text_of(parent: Element, name: str, default: str = "") -> str:
    """Return the text of a child, without blanks around it."""
    child = parent.find(name)
    return default if child is None or child.text is None else child.text.strip()


def element(name: str, *parts: Element | str, **attributes: str) -> Element:
    """Return an element with a text or with children. Signs that XML cannot hold are left out of texts."""
    made = etree.Element(name)
    for attribute, value in attributes.items():
        made.set(attribute.rstrip("_"), _holdable(value))
    for part in parts:
        if isinstance(part, str):
            made.text = (made.text or "") + _holdable(part)
        else:
            made.append(part)
    return made


_UNHOLDABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _holdable(text: str) -> str:
    # Nearly all texts are of this kind, and to ask costs a fraction of looking through them.
    return text if text.isprintable() and text.isascii() else _UNHOLDABLE.sub("", text)


def holds(text: str) -> bool:
    """Say whether XML can hold every sign of a text."""
    return _UNHOLDABLE.search(text) is None


def write(root: Element, *, encoding: str = "utf-8", declaration: bool = True) -> bytes:
    """Return a document as bytes; *declaration* says version, encoding and standalone first."""
    if not declaration:
        return bytes(etree.tostring(root, encoding=encoding, xml_declaration=False))  # type: ignore[arg-type]
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True, standalone=True))  # type: ignore[arg-type]


def children(parent: Element, name: str) -> Iterable[Element]:
    """Return the children of a name."""
    return parent.iterfind(name)
