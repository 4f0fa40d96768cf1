"""An MCP server for the tests, of the official Python SDK, that has what MCP's conformance suite calls:
against any other server most of its scenarios end at a tool that is not there.

It says {"url": URL} when it listens, and ends when its input does, and after LIFETIME in any case.
"""

import asyncio
import base64
import json
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp_types import AudioContent, Completion, ElicitRequest, ElicitRequestFormParams, EmbeddedResource
from mcp_types import CreateMessageRequest, CreateMessageRequestParams, ImageContent, InputRequiredResult
from mcp_types import ListRootsRequest, SamplingMessage, TextContent, TextResourceContents
from pydantic import BaseModel, Field

import serving

PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0"
    b"\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
).decode()
SILENCE = base64.b64encode(b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0@\x1f\0\0\1\0\x08\0data\0\0\0\0").decode()

server = MCPServer("specimen", version="1.0.0")
resource = server.resource


def tool(**named):
    return server.tool(description="For the suite.", **named)


def prompt():
    return server.prompt(description="For the suite.")


def text(said):
    return TextContent(type="text", text=said)


def image():
    return ImageContent(type="image", data=PIXEL, mime_type="image/png")


def embedded(uri, kind, said):
    contents = TextResourceContents(uri=uri, mime_type=kind, text=said)
    return EmbeddedResource(type="resource", resource=contents)


# Contents of tools.


@tool()
def test_simple_text() -> str:
    return "This is a simple text response for testing."


@tool(structured_output=False)
def test_image_content() -> list:
    return [image()]


@tool(structured_output=False)
def test_audio_content() -> list:
    return [AudioContent(type="audio", data=SILENCE, mime_type="audio/wav")]


@tool(structured_output=False)
def test_embedded_resource() -> list:
    return [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")]


@tool(structured_output=False)
def test_multiple_content_types() -> list:
    mixed = embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}')
    return [text("Multiple content types test:"), image(), mixed]


@tool()
def test_error_handling() -> str:
    raise ValueError("This tool intentionally returns an error for testing")


# What a server tells while it works, and asks of its client in a session.


@tool()
async def test_tool_with_logging(ctx: Context) -> str:
    for said in ["Tool execution started", "Tool processing data", "Tool execution completed"]:
        await ctx.info(said)
        await asyncio.sleep(0.05)
    return "logged"


@tool()
async def test_tool_with_progress(ctx: Context) -> str:
    for done in [0, 50, 100]:
        await ctx.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return "done"


@tool()
async def test_sampling(prompt: str, ctx: Context) -> str:
    asked = [SamplingMessage(role="user", content=text(prompt))]
    answer = await ctx.session.create_message(messages=asked, max_tokens=100)
    return f"LLM response: {answer.content.text}"


class Person(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Annotated[str, Field(json_schema_extra={"enum": ["active", "inactive", "pending"]})] = "active"
    verified: bool = True


async def elicited(ctx, message, schema):
    answer = await ctx.elicit(message, schema)
    content = answer.data.model_dump() if answer.action == "accept" else None
    return f"action={answer.action}, content={json.dumps(content)}"


@tool()
async def test_elicitation(message: str, ctx: Context) -> str:
    return "User response: " + await elicited(ctx, message, Person)


@tool()
async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
    return "Elicitation completed: " + await elicited(ctx, "Who?", Defaults)


# What a server asks of its client where there are no sessions: by an answer, to be called again.


def form(message, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sampling(question, tokens):
    messages = [SamplingMessage(role="user", content=text(question))]
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=messages, max_tokens=tokens))


STRING, BOOLEAN = {"type": "string"}, {"type": "boolean"}
NAME = {"user_name": form("What is your name?", name=STRING)}
ROOTS = {"client_roots": ListRootsRequest()}


def asking(ctx, requests, state=None):
    """What is to be asked, unless all of it has been answered."""
    missing = set(requests) - set(ctx.input_responses or {})
    return InputRequiredResult(input_requests=requests, request_state=state) if missing else None


def asks(name, requests, state=None, said="thank you"):
    @tool(name=name, structured_output=False)
    async def one(ctx: Context) -> list | InputRequiredResult:
        return asking(ctx, requests, state) or [text(said)]


@tool(structured_output=False)
async def test_input_required_result_elicitation(ctx: Context) -> list | InputRequiredResult:
    required = asking(ctx, NAME)
    return required or [text(f"Hello, {ctx.input_responses['user_name'].content['name']}!")]


@tool(structured_output=False)
async def test_input_required_result_multi_round(ctx: Context) -> list | InputRequiredResult:
    if ctx.request_state is None:
        return asking(ctx, {"step1": form("Step 1: What is your name?", name=STRING)}, "1")
    second = asking(ctx, {"step2": form("Step 2: What is your favorite color?", color=STRING)}, "2")
    return second or [text("both steps are done")]


CAPITAL = {"capital_question": sampling("What is the capital of France?", 100)}
CONFIRM = {"confirm": form("Please confirm", ok=BOOLEAN)}
asks("test_input_required_result_sampling", CAPITAL)
asks("test_input_required_result_list_roots", ROOTS)
asks("test_input_required_result_request_state", CONFIRM, "asked", "state-ok")
asks("test_input_required_result_tampered_state", CONFIRM, "asked")
asks("test_input_required_result_multiple_inputs", NAME | ROOTS | {"greeting": sampling("Generate a greeting", 50)}, "all")


@prompt()
async def test_input_required_result_prompt(ctx: Context) -> list | InputRequiredResult:
    context = {"user_context": form("What context should the prompt use?", context=STRING)}
    return asking(ctx, context) or [UserMessage("thank you")]


# Prompts and resources.


@prompt()
def test_simple_prompt() -> str:
    return "This is a simple prompt for testing."


@prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@prompt()
def test_prompt_with_embedded_resource(resourceUri: str) -> list:  # noqa: N803, as the suite calls it
    resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
    return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]


@prompt()
def test_prompt_with_image() -> list:
    return [UserMessage(image()), UserMessage("Please analyze the image above.")]


@resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    return "This is the content of the static text resource."


@resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    return base64.b64decode(PIXEL)


@resource("test://watched-resource", mime_type="text/plain")
def watched_resource() -> str:
    return "It does not change."


@resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


@server.completion()
async def complete(ref, argument, context):
    values = [name for name in ["paris", "park", "party"] if name.startswith(argument.value)]
    return Completion(values=values, total=len(values), has_more=False)


serving.run(serving.mcp(server), path="/mcp")
