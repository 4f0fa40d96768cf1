"""An A2A agent for the tests, of the official Python SDK: JSON-RPC at /a2a, REST below /a2a/v1, the card
at its well-known path. It is served as serving.py says.

    {"op": "published", "at": URL}  -> {"url": URL}          its card says from now on that it is there
    {"op": "called"}                -> {"called": [text, …]} messages that have reached it so far

Its card must be told first where it is. A message whose text begins with "book" becomes a task that
completes; any other is answered at once.
"""

from a2a.helpers import new_task_from_user_message, new_text_message, new_text_part
from a2a.server.agent_execution import AgentExecutor
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes, create_rest_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill
from starlette.applications import Starlette

import serving

RPC, REST = "/a2a", "/a2a/v1"


def skill(name, description):
    return AgentSkill(id=name, name=name, description=description, tags=["travel"])


CARD = AgentCard(
    name="travel",
    description="Finds and books flights.",
    version="1.0.0",
    capabilities=AgentCapabilities(streaming=True),
    default_input_modes=["text/plain"],
    default_output_modes=["text/plain"],
    skills=[skill("find-flight", "Finds flights."), skill("book-flight", "Books a flight.")],
)


def publish(at):
    del CARD.supported_interfaces[:]
    for binding, path in [("JSONRPC", RPC), ("HTTP+JSON", REST)]:
        interface = AgentInterface(url=at + path, protocol_binding=binding, protocol_version="1.0")
        CARD.supported_interfaces.append(interface)


class Travel(AgentExecutor):
    """What the agent does."""

    def __init__(self):
        self.called = []

    async def execute(self, context, event_queue):
        text = context.get_user_input()
        self.called.append(text)
        if not text.startswith("book"):
            return await event_queue.enqueue_event(new_text_message(f"flights for {text}"))
        task = new_task_from_user_message(context.message)
        task.id, task.context_id = context.task_id, context.context_id
        await event_queue.enqueue_event(task)
        updater = TaskUpdater(event_queue, context.task_id, context.context_id)
        await updater.start_work()
        await updater.add_artifact([new_text_part(f"done: {text}")])
        await updater.complete()

    async def cancel(self, context, event_queue):
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()


def application(travel):
    handler = DefaultRequestHandler(travel, InMemoryTaskStore(), CARD)
    routes = create_agent_card_routes(CARD)
    routes += create_jsonrpc_routes(handler, RPC, enable_v0_3_compat=True)
    routes += create_rest_routes(handler, path_prefix=REST)
    return Starlette(routes=routes)


def published(request):
    publish(request["at"])
    return {"url": request["at"]}


def main():
    travel = Travel()
    # Cards are not to be without an address, and this one's is told when it listens.
    publish("http://127.0.0.1:1")
    serving.run(application(travel), published=published, called=lambda _: {"called": travel.called})


if __name__ == "__main__":
    main()
