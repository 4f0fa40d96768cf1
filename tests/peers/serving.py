"""How the servers of the tests are served: on a free port of the loopback interface. Each says
{"url": URL} when it listens, and ends when its standard input does, and after LIFETIME in any case.
"""

import asyncio
import json
import socket
import sys
import threading

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

LIFETIME = 1800  # seconds
HOST = "mcp.corp.example"  # what the gateway's agents call an MCP server


def mcp(server):
    """The application of a server of the MCP SDK, which only answers to the names that it knows."""
    hosts = ["127.0.0.1:*", HOST, f"{HOST}:*"]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=["http://127.0.0.1:*"])
    return server.streamable_http_app(transport_security=security)


def answers(operations, server):
    """One JSON object a line is asked, one answered: {"op": name, …} by the operation of that name."""
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(operations[request["op"]](request)), flush=True)
    server.should_exit = True


async def serve(application, path, operations):
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=1))
    listener = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}{path}"}), flush=True)
    threading.Thread(target=answers, args=(operations, server), daemon=True).start()
    await asyncio.wait_for(server.serve(sockets=[listener]), LIFETIME)


def run(application, path="", **operations):
    asyncio.run(serve(application, path, operations))
