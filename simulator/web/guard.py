"""Keeps strangers out of the control API: other machines, and pages in a browser on this one."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.asgi import ASGI, Receive, Scope, Send, send_answer
from simulator.web.control.problems import ProblemError

HEALTH = "/_sim/health/"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOOPBACK_ADDRESSES = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORTS = {"http": "80", "https": "443"}


class Guard:
    """Lets a request through to the control API, or refuses it; health checks always pass, as they tell nothing.

    Three checks, each against something else:

    - **Host.** A page on the web can let its own name point to 127.0.0.1 and then, in the browser's eyes, talk to
      us as to its own server (DNS rebinding). Its requests carry that name in `Host`, so on loopback only names
      of loopback are taken, and those of `allowed_hosts`. Elsewhere names are checked only if some are given: a
      token is required there, which such a page does not have.
    - **Origin.** Any page can send requests to localhost blindly. A browser says where they come from: a request
      whose `Origin` is not the host that it goes to, or which a browser calls `cross-site`, is refused. There is
      no CORS, so that nothing can be read from elsewhere either. Programs send neither header.
    - **Token.** Whoever can reach the port can move the clocks and read the journals of all worlds; so where
      others can, or where a token was set, every call must show it.
    """

    def __init__(self, app: ASGI, settings: Settings) -> None:
        """Guard *app*. Raises SettingError if others can reach the address and there is no token."""
        self.app = app
        self._token = settings.control_token.encode()
        is_loopback = settings.host in LOOPBACK_ADDRESSES
        if not is_loopback and not self._token:
            raise SettingError(
                f"{settings.host} can be reached from other machines, and there is no control token.",
                where="control_token",
                advice="Set one, or listen on 127.0.0.1.",
            )
        self._checks_host = is_loopback or bool(settings.allowed_hosts)
        self._hosts = LOOPBACK_NAMES | {name.lower().rstrip(".") for name in settings.allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if not scope["path"].startswith(HEALTH):
            try:
                self._check(scope)
            except ProblemError as problem:
                status, headers, body = problem.answer()
                headers += [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
                await send_answer(send, status, headers, b"" if scope["method"] == "HEAD" else body)
                return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        hosts = _all(scope, b"host")
        if self._checks_host:
            self._check_host(hosts)
        _check_origin(scope, hosts[0] if hosts else "")
        if self._token:
            self._check_token(scope)

    def _check_host(self, hosts: list[str]) -> None:
        host = hosts[0].lower() if len(hosts) == 1 else ""
        name = _name(host)
        if name in self._hosts or host in self._hosts:
            return
        was = f"Host is {host[:80]!r}" if host else "Host is missing, or there are several"
        raise ProblemError(
            "misdirected",
            f"{was}; the control API is reached under {', '.join(sorted(self._hosts))}.",
            where="header:host",
            advice="Allow a further name with --allowed-host NAME, or CFIS_SIM_ALLOWED_HOSTS.",
        )

    def _check_token(self, scope: Scope) -> None:
        shown = [value.encode("latin-1") for value in _all(scope, b"x-sim-token")]
        for value in _all(scope, b"authorization"):
            scheme, _, credentials = value.partition(" ")
            if scheme.lower() == "bearer":
                shown.append(credentials.strip().encode("latin-1"))
        # compare_digest takes as long for a near miss as for a far one.
        if any(hmac.compare_digest(value, self._token) for value in shown):
            return
        raise ProblemError(
            "no-token",
            "the control token is wrong." if shown else "the control token is missing.",
            where="header:x-sim-token",
            advice="Send X-Sim-Token: TOKEN, or Authorization: Bearer TOKEN; the server printed it when it started.",
            headers=[(b"www-authenticate", b'Bearer realm="cfis-simulator"')],
        )


def _check_origin(scope: Scope, host: str) -> None:
    own = _with_port(host.lower(), scope.get("scheme", "http"))
    for origin in _all(scope, b"origin"):
        if _origin(origin) != own:
            raise ProblemError(
                "forbidden",
                f"the call comes from a page of {origin[:80]!r}, which is another origin.",
                where="header:origin",
                advice="Call from a program, or from a page of the simulator itself.",
            )
    if "cross-site" in _all(scope, b"sec-fetch-site"):
        raise ProblemError(
            "forbidden",
            "the call comes from a page of another site.",
            where="header:sec-fetch-site",
            advice="Call from a program, or open the address by hand.",
        )


def _all(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty if it is not of that form."""
    name, separator, port = host.rpartition(":")
    if not separator or host.endswith("]"):
        return host.rstrip(".")
    return name.rstrip(".") if port.isdecimal() else ""


def _origin(origin: str) -> str | None:
    """Return host and port of an origin; None of `null` and of what is no origin."""
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return None
    return _with_port(parts.netloc, parts.scheme) if parts.netloc else None


def _with_port(host: str, scheme: str) -> str:
    if not host or host.endswith("]") or ":" not in host:
        return f"{host}:{DEFAULT_PORTS.get(scheme, '')}"
    return host
