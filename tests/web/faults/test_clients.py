"""What clients as people use them make of each fault: Python's http.client, and fetch of Node where there is one."""

from __future__ import annotations

import json
import shutil
import subprocess
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

import pytest

from tests.web.faults.plug import GUARD_SECONDS, LEDGERS, Certificates, Server, document

NODE = shutil.which("node")
FETCH = """
const [base, key, body] = process.argv.slice(1);
const ask = async (fault) => {
  const headers = {"X-Api-Key": key, "Content-Type": "application/json", "Connection": "keep-alive"};
  if (fault) headers["X-Test-Fault"] = JSON.stringify(fault);
  try {
    const response = await fetch(base, {method: "POST", headers, body});
    return [fault && fault.kind, response.status, Object.keys(await response.json())[0]];
  } catch (error) {
    return [fault && fault.kind, error.name, (error.cause && error.cause.code) || ""];
  }
};
const kinds = ["reset", "empty", "truncated", "garbage", "malformed-json", "delay", "slow", "hang"];
const seen = [];
for (const kind of kinds) {
  seen.push(await ask(null));
  seen.push(await ask({kind, for: "10ms"}));
}
console.log(JSON.stringify(seen));
"""


@pytest.mark.parametrize(
    ("kind", "at", "errors"),
    [
        # Python's TLS takes a RST for an early end; test_reset.py looks below it.
        ("reset", "after", (ConnectionResetError, OSError)),
        ("reset", "during", (ConnectionResetError, IncompleteRead)),
        ("empty", "after", (RemoteDisconnected,)),
        ("truncated", "after", (IncompleteRead,)),
        ("garbage", "after", (BadStatusLine,)),
        ("malformed-json", "after", (json.JSONDecodeError,)),
    ],
)
def test_http_client_sees_what_it_should_on_a_connection_that_was_good(
    server: Server, key: str, kind: str, at: str, errors: tuple[type[Exception], ...]
) -> None:
    connection = server.connection()
    headers = {"X-Api-Key": key, "Content-Type": "application/json"}
    connection.request("POST", LEDGERS, document("L-0"), headers)
    assert json.load(connection.getresponse())["message"]
    fault = {"X-Test-Fault": json.dumps({"kind": kind, "at": at})}
    connection.request("POST", LEDGERS, document("L-1"), {**headers, **fault})
    with pytest.raises(errors) as caught, connection.getresponse() as response:
        json.load(response)
    if server.trust is None:
        assert type(caught.value) is errors[0]
    if kind != "malformed-json":
        connection.close()
    # The next request goes over a new connection, or the one that was never broken.
    connection.request("GET", LEDGERS, headers=headers)
    assert len(json.load(connection.getresponse())["ledgers"]) == 2
    connection.close()


@pytest.mark.skipif(NODE is None, reason="there is no Node here")
def test_fetch_of_node_sees_what_it_should(server: Server, made: Certificates, key: str, tmp_path: object) -> None:
    server.control(key, "PUT", "/world", {"clock": {"mode": "real"}})
    made.authority.cert_pem.write_to_path(f"{tmp_path}/ca.pem")
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", FETCH, server.running.url + LEDGERS, key, document().decode()],
        env={"NODE_EXTRA_CA_CERTS": f"{tmp_path}/ca.pem"},
        capture_output=True,
        text=True,
        timeout=GUARD_SECONDS * 2,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert [row for row in seen if row[0] is None] == [[None, 200, "message"]] * 8
    assert [row for row in seen if row[0] is not None] == [
        ["reset", "TypeError", "ECONNRESET"],
        ["empty", "TypeError", "UND_ERR_SOCKET"],
        ["truncated", "TypeError", "UND_ERR_SOCKET"],
        ["garbage", "TypeError", "HPE_INVALID_CONSTANT"],
        ["malformed-json", "SyntaxError", ""],
        ["delay", 200, "message"],
        ["slow", 200, "message"],
        ["hang", "TypeError", "UND_ERR_SOCKET"],
    ]
