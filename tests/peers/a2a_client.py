"""An A2A client for the tests, of the official Python SDK. It reads visits and answers as
mcp_client.py does; a visit's `mode` is the binding, `JSONRPC` or `HTTP+JSON`, and DOES says what steps
there are. The first outcome is that of reading the card. A step that leaves a task tells it, and steps
without one mean the last. The SDK has no codes in its errors, only classes: `code` is the class's name.
"""

import asyncio
import json
import sys
import uuid

import httpx
import names  # noqa: F401, resolves as the tests need it
from a2a.client import ClientConfig, create_client
from a2a.helpers import get_stream_response_text
from a2a.types import CancelTaskRequest, GetTaskRequest, ListTasksRequest, Message, Part, Role
from a2a.types import SendMessageRequest, TaskState
from google.protobuf.json_format import ParseDict

PATIENCE = 15  # seconds for a visit


class Visit:
    """A client, and what it has learnt so far."""

    def __init__(self, client):
        self.client = client
        self.task = None

    async def send(self, step):
        message = Message(message_id=str(uuid.uuid4()), role=Role.ROLE_USER, parts=[Part(text=step["text"])])
        ParseDict(step.get("metadata") or {}, message.metadata)
        texts, task = [], None
        async for event in self.client.send_message(SendMessageRequest(message=message)):
            texts.append(get_stream_response_text(event))
            if event.HasField("task"):
                task = event.task.id
        self.task = task or self.task
        return {"sent": {"text": "\n".join(filter(None, texts)), "task": task}}

    def asked_for(self, step):
        return step.get("task") or self.task or "none"

    async def get_task(self, step):
        task = await self.client.get_task(GetTaskRequest(id=self.asked_for(step)))
        return {"text": TaskState.Name(task.status.state)}

    async def cancel_task(self, step):
        task = await self.client.cancel_task(CancelTaskRequest(id=self.asked_for(step)))
        return {"text": TaskState.Name(task.status.state)}

    async def list_tasks(self, _):
        return {"names": [task.id for task in (await self.client.list_tasks(ListTasksRequest())).tasks]}


DOES = {
    "send": Visit.send,
    "get_task": Visit.get_task,
    "cancel_task": Visit.cancel_task,
    "list_tasks": Visit.list_tasks,
}


async def outcome(statuses, done):
    statuses.clear()
    try:
        told = await done
    except Exception as error:  # noqa: BLE001, what the SDK raises is what is told
        data = getattr(error, "data", None)
        told = {"error": {"code": type(error).__name__, "message": str(error), "data": data}}
    return {"statuses": list(statuses), "told": told}


async def visit(request):
    statuses, outcomes, clients = [], [], []

    async def note(response):
        statuses.append(response.status_code)

    http = httpx.AsyncClient(headers=request["headers"], event_hooks={"response": [note]}, timeout=PATIENCE)
    async with http:
        streaming, bindings = request["streaming"], [request["mode"]]
        config = ClientConfig(streaming=streaming, httpx_client=http, supported_protocol_bindings=bindings)

        async def connect():
            clients.append(await create_client(request["url"], config))
            return {"text": clients[0]._card.name}  # noqa: SLF001, the SDK has no other way to it

        outcomes.append(await outcome(statuses, connect()))
        if clients:
            one = Visit(clients[0])
            for step in request["steps"]:
                outcomes.append(await outcome(statuses, DOES[step["do"]](one, step)))
    return {"version": None, "outcomes": outcomes}


def main():
    for line in sys.stdin:
        try:
            answer = asyncio.run(asyncio.wait_for(visit(json.loads(line)), PATIENCE))
        except BaseException as error:  # noqa: BLE001, the harness shows it; the next visit must still work
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
