"""The messages of NetBaron's web services. Envelope, names and codes are the simulator's own: none of it is public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from simulator.systems.base import Answer
from simulator.systems.netbaron.access import Credentials
from simulator.systems.xmltext import Element, element, parse, write

NAMESPACE = "urn:cfis-simulator:stand-in:netbaron"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XML = "text/xml; charset=utf-8"
NOTE = (
    " Stand-in of cfis-simulator: NetBaron's own envelope, element names, status codes and error texts are not public. "
)
UNAUTHORIZED = 401
TOLD_MAX = 1_000
"""How many faults an answer tells."""
CHALLENGE = ("www-authenticate", 'Basic realm="NetBaron stand-in", charset="UTF-8"')

etree.register_namespace("nb", NAMESPACE)
etree.register_namespace("soap", SOAP)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a request breaks."""

    code: str
    text: str
    field: str = ""
    """Which column, parameter or element it is about."""


class RefusedError(Exception):
    """A request is refused; nothing has changed."""

    def __init__(self, status: int, *faults: Fault) -> None:
        """Keep the status of the answer and everything that is wrong."""
        self.status = status
        self.faults: Sequence[Fault] = faults
        super().__init__(*(fault.text for fault in faults))


@dataclass(frozen=True, slots=True)
class Message:
    """A call in an envelope."""

    call: Element
    credentials: Credentials | None


def nb(name: str, *parts: Element | str | None) -> Element:
    """Return an element of the stand-in's namespace; parts that are None are left out."""
    return element(f"{{{NAMESPACE}}}{name}", *(part for part in parts if part is not None))


def local(tree: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(etree.QName(tree).localname)


def child_texts(tree: Element) -> dict[str, str]:
    """Return the texts of the children by their names, without blanks around them."""
    return {local(child): (child.text or "").strip() for child in tree}


def bared(tree: Element) -> Element:
    """Take the namespaces off all elements of a tree, and return it."""
    for part in tree.iter(etree.Element):
        part.tag = local(part)
    return tree


def opened(body: bytes, charset: str) -> Message | Element:
    """Return the message in an envelope, or the root of a document without one.

    Raises MalformedXMLError, and RefusedError on an envelope with nothing in it.
    """
    root = parse(body, charset)
    if root.tag != f"{{{SOAP}}}Envelope":
        return root
    content = root.find(f"{{{SOAP}}}Body")
    call = None if content is None else next(iter(content), None)
    if call is None:
        raise RefusedError(400, Fault("ENVELOPE_EMPTY", "the envelope has no call in its body"))
    given = root.find(f"{{{SOAP}}}Header/{{{NAMESPACE}}}Authentication")
    if given is None:
        return Message(call, None)
    texts = child_texts(given)
    return Message(call, Credentials(texts.get("Organisation", ""), texts.get("Password", "")))


def told(faults: Iterable[Fault]) -> list[Fault]:
    """Return as many faults as an answer tells, and how many more there are."""
    listed = list(faults)
    more = len(listed) - TOLD_MAX
    return [*listed[:TOLD_MAX], *([Fault("MORE", f"and {more} more")] if more > 0 else [])]


def refusal(faults: Iterable[Fault]) -> Element:
    """Return what is wrong with a request."""
    rows = [
        nb(
            "Error",
            nb("Code", fault.code),
            nb("Field", fault.field) if fault.field else None,
            nb("Text", fault.text),
        )
        for fault in told(faults)
    ]
    return nb("Refusal", *rows)


def answer(status: int, root: Element, *, is_message: bool = False, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    """Return the answer that carries *root*, in an envelope if the request came in one."""
    is_refusal = local(root) == "Refusal"
    root.insert(0, etree.Comment(NOTE))
    if is_message:
        content = _soap_fault(root) if is_refusal else root
        root = element(f"{{{SOAP}}}Envelope", element(f"{{{SOAP}}}Body", content))
    return Answer(status, write(root), XML, tuple(headers))


def _soap_fault(root: Element) -> Element:
    texts = [child_texts(row).get("Text", "") for row in root.iterfind(f"{{{NAMESPACE}}}Error")]
    return element(
        f"{{{SOAP}}}Fault",
        element("faultcode", "soap:Client"),
        element("faultstring", "; ".join(texts)),
        element("detail", root),
    )


def refuse(error: RefusedError, *, is_message: bool = False) -> Answer:
    """Return the answer to a request that is refused."""
    headers = [CHALLENGE] if error.status == UNAUTHORIZED else []
    return answer(error.status, refusal(error.faults), is_message=is_message, headers=headers)
