"""What NetBaron answers: who calls, whether module and method are opened, and then what the call is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.netbaron import access
from simulator.systems.netbaron.access import Credentials, credentials_in
from simulator.systems.netbaron.wire import accounting
from simulator.systems.netbaron.wire.description import described, grammar, operations_of, versions_of, xsd_name
from simulator.systems.netbaron.wire.invoicing import PurchaseInvoices, SalesInvoices
from simulator.systems.netbaron.wire.messages import (
    NAMESPACE,
    Fault,
    Message,
    RefusedError,
    answer,
    bared,
    child_texts,
    local,
    nb,
    opened,
    refuse,
    told,
)
from simulator.systems.netbaron.wire.receipts import ReceiptImport
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, MalformedXMLError, element

METHODS = frozenset({"GET", "PUT", "POST", "DELETE"})
CONTROL_PARAMETERS = frozenset({"version", "operation"})
UNKNOWN_CALLER = Fault(
    "AUTHENTICATION",
    "authentication failed: organisation and password do not open this interface; "
    "each module and each parallel interface has its own password",
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a web service, however it came."""

    interface: str
    module: str
    version: str
    """As it was asked for; empty for the newest."""
    method: str
    operation: Element | None
    """The call as its XSD describes it; None if there is none of that kind."""
    credentials: Credentials | None
    is_message: bool


class NetbaronWire:
    """Checks a request, carries it out on the books, and writes the answer."""

    def __init__(self, site: Site) -> None:
        """Answer for the company of *site*."""
        self.site = site
        self.sales = SalesInvoices(site)
        self.purchases = PurchaseInvoices(site)

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""
        if self.site.gate.is_in_maintenance:
            return refuse(RefusedError(503, Fault("MAINTENANCE", "NetBaron is closed for maintenance")))
        is_message = False
        try:
            interface, module, in_path = _place(request.path)
            found = described(request, interface, module, self.site.about.folder) if interface else None
            if found is not None:
                return found
            self._check_address(request)
            if not interface:
                return self._elsewhere(request, now)
            call = _call(request, interface, module, in_path)
            is_message = call.is_message
            return answer(200, self._serve(call, now), is_message=is_message)
        except MalformedXMLError as error:
            text = f"the message is not XML that is taken: {error.detail} (line {error.line})"
            return refuse(RefusedError(400, Fault("NOT_XML", text)))
        except RefusedError as error:
            return refuse(error, is_message=is_message)

    # ------------------------------------------------------------------------------------------- who calls

    def _check_address(self, request: Request) -> None:
        allowed = self.site.readings["allow_list"]
        if allowed == "everyone":
            return
        address = (request.header(access.ADDRESS_HEADER) or "").partition(",")[0].strip()
        if allowed == "nobody" or address != access.ALLOWED_ADDRESS:
            text = f"the calling address {address[:60] or '(not told)'} is not on the allow list"
            raise RefusedError(403, Fault("ADDRESS", text))

    def _authenticate(self, credentials: Credentials | None, *interfaces: str, now: Instant) -> None:
        tenant = self.site.tenant
        if credentials is None or not any(credentials.opens(tenant, interface) for interface in interfaces):
            raise RefusedError(401, UNKNOWN_CALLER)
        if self.site.gate.is_revoked:
            text = f"authentication failed: the password of {credentials.organisation} has been taken back"
            raise RefusedError(401, Fault("AUTHENTICATION", text))
        if self.site.is_too_fast(now):
            raise RefusedError(429, Fault("TOO_MANY_REQUESTS", "too many requests, come back later"))

    def _elsewhere(self, request: Request, now: Instant) -> Answer:
        """Answer what is no web service: the import of receipts, or nothing."""
        self._authenticate(credentials_in(request), access.IMPORT_INTERFACE, *access.INTERFACES, now=now)
        if request.path != access.IMPORT:
            raise RefusedError(404, Fault("NOT_FOUND", f"there is nothing at {request.path[:200]}"))
        given = credentials_in(request)
        if given is None or not given.opens(self.site.tenant, access.IMPORT_INTERFACE):
            raise RefusedError(401, UNKNOWN_CALLER)
        if request.method != "POST":
            raise RefusedError(405, Fault("METHOD", "a file of receipts is handed in with POST"))
        return self._import(request, now)

    # -------------------------------------------------------------------------------------- what it is about

    def _import(self, request: Request, now: Instant) -> Answer:
        kind = request.parameter("import", "extended").lower()
        if kind not in {"extended", "plain"}:
            raise RefusedError(400, Fault("IMPORT", f"import is {kind[:20]!r}; choose extended or plain", "import"))
        receipts = ReceiptImport(self.site.ledger, self.site.readings)
        done = receipts.book(request.body, _charset(request), now, is_extended=kind == "extended")
        rows = [
            nb(
                "Receipt",
                nb("ReceiptNumber", f"{voucher.series}-{voucher.number}"),
                nb("Status", "INCOMPLETE" if voucher.state == "draft" else "BOOKED"),
                nb("Entries", str(len(voucher.postings))),
            )
            for voucher in done.vouchers
        ]
        faults = [nb("Error", nb("Code", fault.code), nb("Text", fault.text)) for fault in told(done.faults)]
        note = "NetBaron imports such files on its screen; that there is an address for it is made up by the simulator."
        return answer(200, nb("ImportAnswer", nb("Note", note), *rows, *faults))

    def _serve(self, call: Call, now: Instant) -> Element:
        is_module = call.module in access.METHODS
        # A module that is not there has no password of its own: any of the company's tells who calls.
        self._authenticate(call.credentials, *([call.interface] if is_module else access.INTERFACES), now=now)
        self._check_opened(call, is_module=is_module)
        version = call.version or versions_of(call.module)[-1]
        if version not in versions_of(call.module):
            text = f"there is no version {version[:20]}; there are {', '.join(versions_of(call.module))}"
            raise RefusedError(400, Fault("VERSION", text, "version"))
        operation = self._checked(call, version)
        if call.module == "accounting":
            return accounting.read(self.site.ledger, local(operation), child_texts(operation), version)
        module = self.sales if call.module == "invoice" else self.purchases
        if call.method == "GET":
            return module.get(child_texts(operation))
        document = next(iter(operation), None)
        return module.put(bared(nb("Nothing") if document is None else document), now)

    def _check_opened(self, call: Call, *, is_module: bool) -> None:
        module = call.module
        if not is_module:
            if module in access.OTHER_MODULES:
                text = f"the module {module} is not opened for this organisation (the simulator does not have it)"
                raise RefusedError(403, Fault("MODULE_NOT_OPENED", text))
            raise RefusedError(404, Fault("MODULE_UNKNOWN", f"there is no module {call.interface[:60]!r}"))
        form = self.site.readings["request_form"]
        if form != "either" and (form == "message") != call.is_message:
            said = "in an envelope, with POST" if form == "message" else "with the HTTP method, without an envelope"
            raise RefusedError(400, Fault("REQUEST_FORM", f"a call comes {said}"))
        is_open = call.method == "GET" or self.site.readings["opened_methods"] == "all"
        if call.method not in access.METHODS[module] or not is_open:
            text = f"the method {call.method[:20]} is not opened for the module {module}"
            if module == "accounting":
                text += ", which only reads"
            raise RefusedError(405, Fault("METHOD_NOT_OPENED", text))

    def _checked(self, call: Call, version: str) -> Element:
        """Return the operation of a call that keeps its XSD. Raises RefusedError."""
        known = operations_of(call.module, version)
        operation = call.operation
        if operation is None or local(operation) not in known:
            name = "none" if operation is None else repr(local(operation)[:60])
            text = f"the operation is {name}; version {version} has {', '.join(known)}"
            raise RefusedError(400, Fault("OPERATION", text, "operation"))
        rules = grammar(self.site.about.folder, xsd_name(call.module, version))
        faults = [
            Fault("NOT_VALID", f"line {fault.line}: {fault.detail[:300]}".replace(f"{{{NAMESPACE}}}", ""))
            for fault in rules.faults(operation)
        ]
        if faults:
            raise RefusedError(400, *faults)
        return operation


def _place(path: str) -> tuple[str, str, str]:
    """Return the interface, its module, and the version that a path names."""
    if not path.startswith(access.SERVICES):
        return "", "", ""
    steps = path.removeprefix(access.SERVICES).rstrip("/").split("/")
    module, _ = access.split(steps[0])
    if len(steps) == 1:
        return steps[0], module, ""
    is_api = module == "accounting" and len(steps) == 3 and steps[2] == "api"  # noqa: PLR2004 - module, version, api
    if is_api and steps[1] >= accounting.PATH_SINCE:
        return steps[0], module, steps[1]
    return "", "", ""


def _charset(request: Request) -> str:
    for part in (request.header("content-type") or "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return ""


def _call(request: Request, interface: str, module: str, in_path: str) -> Call:
    """Read a call. Raises MalformedXMLError and RefusedError."""
    charset = _charset(request)
    if charset and charset.lower() not in {"utf-8", "utf8"}:
        raise RefusedError(400, Fault("CHARSET", f"the character set is UTF-8, and not {charset[:40]}"))
    document = opened(request.body, "utf-8") if request.body.strip() else None
    in_headers = credentials_in(request)
    asked = dict(request.parameters)
    version = in_path or asked.get("version", "")
    if isinstance(document, Message):
        method = local(document.call) if local(document.call) in METHODS else "GET"
        given = document.credentials or in_headers
        return Call(interface, module, version, method, document.call, given, is_message=True)
    method = "GET" if request.method == "HEAD" else request.method
    operation = None
    if method in METHODS:
        operation = _asked(method, module, asked) if document is None else _given(method, document)
    return Call(interface, module, version, method, operation, in_headers, is_message=False)


def _asked(method: str, module: str, asked: Mapping[str, str]) -> Element | None:
    """Return the operation that the parameters of a query describe."""
    name = asked.get("operation", "") if module == "accounting" else method
    try:
        parameters = [nb(key, value) for key, value in asked.items() if key not in CONTROL_PARAMETERS]
        return nb(name, *parameters) if name else None
    except ValueError as error:
        raise RefusedError(400, Fault("PARAMETER", f"a parameter cannot be told in XML: {error}"[:200])) from None


def _given(method: str, document: Element) -> Element:
    """Return the operation that a document without an envelope is the content of."""
    if document.tag == f"{{{NAMESPACE}}}{method}":
        return document
    return element(f"{{{NAMESPACE}}}{method}", document)
