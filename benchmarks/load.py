"""Loads servers in turns over raw sockets: `python -m benchmarks.load` with a plan as JSON on stdin.

The plan: `turns`, `count` (requests a turn), `connections`, `core` and `sides`, each of which has url, method, path,
headers and body. Where a body holds the MARK, each request gets a number of its own there. Connections are kept
alive for a turn, and each has one request under way. The result, one object a side, is JSON on stdout.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from benchmarks.processes import keep_to

MARK = "@" * 9
OK = b"HTTP/1.1 200 "
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "


class Connection:
    """A connection with at most one request under way."""

    def __init__(self, address: tuple[str | None, int | None]) -> None:
        """Connect."""
        self._socket = socket.create_connection(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = b""
        self.since = 0
        self.fileno = self._socket.fileno
        self.close = self._socket.close

    def send(self, request: bytes) -> None:
        """Send a request."""
        self.since, self._answer = time.perf_counter_ns(), b""
        self._socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what is there; say whether it is the whole answer. Raises RuntimeError if that is not 200."""
        piece = self._socket.recv(65_536)
        self._answer += piece
        head = self._answer.find(END_OF_HEAD)
        if not piece or (head >= 0 and not self._answer.startswith(OK)):
            raise RuntimeError(f"unexpected answer: {self._answer[:500]!r}")
        start = self._answer.find(LENGTH, 0, max(head, 0)) + len(LENGTH)
        if head < 0 or start < len(LENGTH):
            return False
        length = int(self._answer[start : self._answer.index(b"\r\n", start)])
        return len(self._answer) >= head + len(END_OF_HEAD) + length


class Side:
    """One server under load, and what was measured so far."""

    def __init__(self, plan: dict[str, Any]) -> None:
        """Write the request out; its number goes between the two pieces."""
        url = urlsplit(plan["url"])
        self.address = url.hostname, url.port
        body = plan.get("body", "")
        lines = [f"{plan['method']} {plan['path']} HTTP/1.1", f"Host: {url.netloc}"]
        lines += [f"{name}: {value}" for name, value in plan["headers"].items()]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
        self._before, self._mark, self._after = "\r\n".join([*lines, "", body]).encode().partition(MARK.encode())
        self._number = 0
        self.seconds = self.processor = 0.0
        self.latencies: list[int] = []

    def next_request(self) -> bytes:
        """Return the bytes of a request, with a number of its own where the body has the mark."""
        self._number += 1
        return self._before + b"%09d" % self._number + self._after if self._mark else self._before

    def turn(self, count: int, connections: int) -> None:
        """Send so many requests over so many connections, and take every answer."""
        processor, began = time.process_time(), time.perf_counter()
        idle = [Connection(self.address) for _ in range(min(count, connections))]
        to_send = to_come = count
        with selectors.DefaultSelector() as selector:
            for connection in idle:
                selector.register(connection, selectors.EVENT_READ, connection)
            while to_come:
                for connection in idle[:to_send]:
                    connection.send(self.next_request())
                to_send -= len(idle[:to_send])
                idle = [key.data for key, _ in selector.select() if key.data.is_answered()]
                to_come -= len(idle)
                now = time.perf_counter_ns()
                self.latencies += [now - connection.since for connection in idle]
            for key in selector.get_map().values():
                key.data.close()
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - processor

    def result(self) -> dict[str, float]:
        """Return what all turns came to."""
        count = len(self.latencies)
        self.latencies.sort()
        return {
            "requestsPerSecond": count / self.seconds,
            "p50ms": self.latencies[count // 2] / 1e6,
            "p99ms": self.latencies[count * 99 // 100] / 1e6,
            "busy": self.processor / self.seconds,
        }


def main() -> None:
    """Carry out the plan on stdin."""
    plan = json.load(sys.stdin)
    keep_to(plan["core"])
    sides = [Side(side) for side in plan["sides"]]
    for number in range(plan["turns"]):
        # Neither side is always the one that comes second.
        for side in sides if number % 2 else reversed(sides):
            side.turn(plan["count"], plan["connections"])
    json.dump([side.result() for side in sides], sys.stdout)


if __name__ == "__main__":
    main()
