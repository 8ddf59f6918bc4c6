"""The base of the throughput: a bare Starlette route that parses JSON and echoes it, on the simulator's uvicorn."""

from __future__ import annotations

import json
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from simulator.web.protocol import CONNECTIONS_MAX
from simulator.web.server import BACKLOG, KEEP_ALIVE_SECONDS


async def echo(request: Request) -> JSONResponse:
    """Answer with what came."""
    return JSONResponse(json.loads(await request.body()))


def main() -> None:
    """Serve on a free port, and say which."""
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
        config = uvicorn.Config(
            Starlette(routes=[Route("/echo", echo, methods=["POST"])]),
            http="httptools",
            loop="auto",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=CONNECTIONS_MAX,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            backlog=BACKLOG,
        )
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
