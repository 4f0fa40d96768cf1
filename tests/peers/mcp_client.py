"""An MCP client for the tests, of the official Python SDK.

It reads one JSON object a line from standard input, each of them a visit to a server, and answers
with one line each:

    {"url": URL, "headers": {…}, "mode": "legacy", "auto" or a revision, "steps": [step, …]}
                                    -> {"version": revision or null, "outcomes": [outcome, …]}

A step is {"do": what, …}; DOES says what there is. The first outcome is that of connecting; where that
fails there are no others. An outcome is {"statuses": […], "told": …}: the statuses of the POSTs that
the SDK made, and what it gave to whoever called it:

    {"names": […]}                                          a list, all pages of it
    {"text": "…"}                                           anything else
    {"result": {"text": "…", "failed": …, "progress": 0}}   of a tool
    {"error": {"code": -31999, "message": "…", "data": …}}  what it raised

It ends when its input does.
"""

import asyncio
import json
import sys
import warnings

import httpx2
import names  # noqa: F401, resolves as the tests need it
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

warnings.simplefilter("ignore")

PATIENCE = 15  # seconds for a visit


async def pages(fetch, member, name):
    names, cursor = [], None
    while True:
        page = await fetch(cursor=cursor)
        names += [str(getattr(one, name)) for one in getattr(page, member)]
        cursor = page.next_cursor
        if cursor is None:
            return {"names": names}


def said(contents):
    return "\n".join(one.text for one in contents if hasattr(one, "text"))


async def call_tool(client, step):
    progress = []

    async def heard(done, total, message):
        progress.append(done)

    # Only a call that asks for progress names a token for it.
    callback = heard if step.get("progress") else None
    result = await client.call_tool(step["name"], step["arguments"], progress_callback=callback)
    result = {"text": said(result.content), "failed": result.is_error, "progress": len(progress)}
    return {"result": result}


async def get_prompt(client, step):
    result = await client.get_prompt(step["name"], step["arguments"])
    return {"text": said(message.content for message in result.messages)}


async def read_resource(client, step):
    return {"text": said((await client.read_resource(step["uri"])).contents)}


async def ping(client, _):
    await client.send_ping()
    return {"text": ""}


DOES = {
    "list_tools": lambda client, _: pages(client.list_tools, "tools", "name"),
    "list_prompts": lambda client, _: pages(client.list_prompts, "prompts", "name"),
    "list_resources": lambda client, _: pages(client.list_resources, "resources", "uri"),
    "list_templates": lambda client, _: pages(
        client.list_resource_templates, "resource_templates", "uri_template"
    ),
    "call_tool": call_tool,
    "get_prompt": get_prompt,
    "read_resource": read_resource,
    "ping": ping,
}


def innermost(error):
    """The SDK's task groups wrap what is raised in them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def outcome(statuses, done):
    statuses.clear()
    try:
        told = await done
    except Exception as error:  # noqa: BLE001, what the SDK raises is what is told
        error = innermost(error)
        if isinstance(error, MCPError):
            told = {"error": {"code": error.code, "message": error.message, "data": error.data}}
        else:
            told = {"error": {"code": None, "message": f"{type(error).__name__}: {error}", "data": None}}
    return {"statuses": list(statuses), "told": told}


async def visit(request):
    statuses, outcomes, version = [], [], None

    async def note(response):
        if response.request.method == "POST":
            statuses.append(response.status_code)

    http = httpx2.AsyncClient(headers=request["headers"], event_hooks={"response": [note]}, timeout=PATIENCE)
    async with http:
        transport = streamable_http_client(request["url"], http_client=http)
        client = Client(transport, mode=request["mode"], read_timeout_seconds=PATIENCE, cache=None)

        async def connect():
            await client.__aenter__()
            return {"text": client.server_info.name}

        outcomes.append(await outcome(statuses, connect()))
        if "error" not in outcomes[0]["told"]:
            try:
                version = client.protocol_version
                for step in request["steps"]:
                    outcomes.append(await outcome(statuses, DOES[step["do"]](client, step)))
            finally:
                await client.__aexit__(None, None, None)
    return {"version": version, "outcomes": outcomes}


def main():
    for line in sys.stdin:
        try:
            answer = asyncio.run(asyncio.wait_for(visit(json.loads(line)), PATIENCE))
        except BaseException as error:  # noqa: BLE001, the harness shows it; the next visit must still work
            error = innermost(error)
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
