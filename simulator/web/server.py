"""The server: a socket, uvicorn on it, a clean end; in front, or in a thread for tests."""

from __future__ import annotations

import errno
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

import uvicorn

from simulator.chance import token
from simulator.errors import SettingError
from simulator.settings import Settings
from simulator.web.app import App
from simulator.web.partner import Watch
from simulator.web.protocol import Protocol
from simulator.web.tls import tls_context

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep a connection: the other way round a client meets a closed one, and blames itself."""
GRACE_SECONDS = 3
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, ends open event streams when it stops, and then exits with 0."""

    def __init__(self, config: uvicorn.Config, app: App, on_ready: Callable[[], None]) -> None:
        """Run *app*; *on_ready* is called once, when connections are accepted."""
        super().__init__(config)
        self._simulator = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything, connections that come into being meanwhile included."""
        protocol = self.config.http_protocol_class
        assert issubclass(protocol, Protocol)
        protocol.is_closing = True
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on a signal. An open stream would keep the server from its end, so streams end first."""
        self._simulator.streams.close()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while serving. Unlike uvicorn, raise none again afterwards: the end is clean."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handled = (signal.SIGINT, signal.SIGTERM)
        former = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def secure(settings: Settings) -> Settings:
    """Return settings with a control token, if the address can be reached from other machines and none is given."""
    if settings.host in LOOPBACK or settings.control_token:
        return settings
    return replace(settings, control_token=token())


def bind(settings: Settings) -> socket.socket:
    """Return a socket that listens. Raises SettingError if the address or the port cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named, as asyncio sends small pieces at once (TCP_NODELAY) only where it sees that it is TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        listener.close()
        raise _cannot_listen(settings, error) from error
    return listener


def _cannot_listen(settings: Settings, error: Exception) -> SettingError:
    where = f"{settings.host}:{settings.port}"
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return SettingError(
                "the port is taken by another program.",
                where=where,
                advice="Choose another with --port, or any free one with --port 0.",
            )
        case errno.EACCES:
            return SettingError("this user may not listen on that port.", where=where, advice="Choose one above 1023.")
        case errno.EADDRNOTAVAIL:
            return SettingError("this machine does not have that address.", where=where, advice="Try 127.0.0.1.")
    return SettingError(f"the address cannot be listened on: {error}", where=where, advice="Try --host 127.0.0.1.")


def url_of(listener: socket.socket, settings: Settings) -> str:
    """Return the base URL under which a listening socket is reached from this machine."""
    scheme = "https" if settings.tls_cert else "http"
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the reverse of binding there
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def server_for(app: App, on_ready: Callable[[], None]) -> Server:
    """Return a server for an application. Raises SettingError if the files of TLS cannot be used."""
    limit = app.settings.header_bytes_max
    context = tls_context(app.settings)
    config = uvicorn.Config(
        app,
        http=type("BoundProtocol", (Protocol,), {"header_bytes_max": limit}),
        loop="uvloop" if _has_uvloop() else "asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        # What a proxy says about the client is believed of none, as anybody could say it.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )
    return Server(config, app, on_ready)


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401, PLC0415 - there is none for Windows
    except ImportError:
        return False
    return True


def tune_collector() -> None:
    """Set the garbage collector up for worlds."""
    # Worlds are long-lived graphs of small objects, and hardly any is garbage that counting does not find. The
    # young are walked while they are few and still in the processor's cache, the old nearly never.
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 500, 100)


def serve(app: App, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve in front until a signal comes."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    tune_collector()
    server_for(app, on_ready).run(sockets=[listener])


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a thread: where it is, and the application it runs."""

    url: str
    app: App


@contextmanager
def running(settings: Settings | None = None, watch: Watch | None = None) -> Iterator[Running]:
    """Run a server in a thread on a free port of loopback, and stop it at the end.

    Everything that happens in its worlds should go through the control API while it runs: they belong to its loop.
    """
    settings = replace(settings or Settings(clock="virtual"), port=0)
    app = App(settings, watch)
    ready = threading.Event()
    server = server_for(app, ready.set)
    listener = bind(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="cfis-simulator", daemon=True)
    thread.start()
    try:
        while not ready.wait(0.05):
            if not thread.is_alive():
                raise RuntimeError("the server thread ended before it was ready")
        yield Running(url_of(listener, settings), app)
    finally:
        app.streams.close()
        server.should_exit = True
        thread.join()
        listener.close()
