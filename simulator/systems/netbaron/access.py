"""How a caller of NetBaron says who it is: allow list, organisation, and a password for each interface of a module."""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.systems.base import Request, Tenant

MOUNT = "/netbaron"
SERVICES = "/ws/"
IMPORT = "/import/accountingreceipts"
"""Where a file of receipts is handed in. A stand-in: the vendor describes an import on the screen, and no address."""
IMPORT_INTERFACE = "import"

METHODS: Mapping[str, tuple[str, ...]] = {
    "accounting": ("GET",),
    "invoice": ("GET", "PUT"),
    "purchasebill": ("GET", "PUT"),
}
"""The modules that are opened for the company, and the methods that each of them has at all."""
OTHER_MODULES = frozenset({"purchaseorder", "batchsellingbill", "customer", "products"})
"""Modules of the vendor that nobody has opened for the company: the simulator does not have them."""
NUMBERS = ("", "2")
"""The parallel interfaces of every module; the first has no number."""
INTERFACES = tuple(module + number for module in METHODS for number in NUMBERS)

ALLOWED_ADDRESS = "192.0.2.10"
"""The one address on the allow list, where the list is looked at; it is CFIS's own."""
ADDRESS_HEADER = "x-forwarded-for"

_ORGANISATION = re.compile(r"org-([0-9a-f]{12})")
_ORGANISATION_ELEMENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Organisation\s*>\s*(org-[0-9a-f]{12})\s*<")
_INTERFACE = re.compile(r"([a-z]+)([0-9]*)")
SEARCHED_BYTES = 65_536
"""How far into a message its organisation is looked for."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Organisation and password, as a caller gives them."""

    organisation: str
    password: str

    def opens(self, tenant: Tenant, interface: str) -> bool:
        """Say whether they open an interface of a company; nothing does if there is no such interface."""
        right = hmac.compare_digest(self.organisation.encode(), organisation_of(tenant).encode())
        given = self.password.encode("utf-8", "surrogatepass")
        fits = [hmac.compare_digest(given, known.encode()) for known in passwords_of(tenant, interface)]
        return right and any(fits)


def organisation_of(tenant: Tenant) -> str:
    """Return by which name a company calls itself."""
    return f"org-{tenant.identity}"


def passwords_of(tenant: Tenant, interface: str) -> tuple[str, ...]:
    """Return the passwords of an interface: one for each of two services that use it."""
    if interface not in INTERFACES and interface != IMPORT_INTERFACE:
        return ()
    return tuple(tenant.letters(f"netbaron/{interface}/{service}", 20) for service in (1, 2))


def split(interface: str) -> tuple[str, str]:
    """Return module and number of an interface; an empty module if it cannot be one."""
    match = _INTERFACE.fullmatch(interface)
    return (match.group(1), match.group(2)) if match else ("", "")


def basic(credentials: Credentials) -> tuple[str, str]:
    """Return the header that carries credentials."""
    pair = f"{credentials.organisation}:{credentials.password}".encode()
    return ("authorization", f"Basic {b64encode(pair).decode()}")


def credentials_in(request: Request) -> Credentials | None:
    """Return the credentials in the headers of a request; None if there are none."""
    scheme, _, coded = (request.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = b64decode(coded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    organisation, separator, password = text.partition(":")
    return Credentials(organisation, password) if separator else None


def identity_in(request: Request) -> str:
    """Return the identity that a request names in its headers or in its message; empty if it names none."""
    given = credentials_in(request)
    organisation = given.organisation if given else ""
    if not organisation:
        match = _ORGANISATION_ELEMENT.search(request.body, 0, SEARCHED_BYTES)
        organisation = match.group(1).decode() if match else ""
    named = _ORGANISATION.fullmatch(organisation)
    return named.group(1) if named else ""
