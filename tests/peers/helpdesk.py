"""An MCP server for the tests, of the official Python SDK: a help desk. It speaks every revision that
the SDK has, and is served as serving.py says. The argument is how many tools it has beyond its own.

    {"op": "called"}            -> {"called": [[tool, arguments], …]}    what has reached a tool so far
"""

import asyncio
import sys

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import ToolAnnotations

import serving

READ = ToolAnnotations(read_only_hint=True)
WRITE = ToolAnnotations(read_only_hint=False, destructive_hint=False)
DESTRUCTIVE = ToolAnnotations(read_only_hint=False, destructive_hint=True)


class Desk:
    """The server, and what has reached its tools."""

    def __init__(self, more):
        self.called = []
        self.server = MCPServer("helpdesk", version="1.0.0")
        self.add_tools()
        self.add_others()
        for number in range(more):
            self.add_report(number)

    def note(self, tool, **arguments):
        self.called.append([tool, arguments])

    def add_tools(self):
        tool = self.server.tool

        @tool(annotations=READ)
        def search_tickets(query: str) -> str:
            """Tickets whose text contains the query."""
            self.note("search_tickets", query=query)
            return f"2 tickets for {query}"

        @tool(annotations=WRITE)
        def close_ticket(ticket_id: str, note: str | None = None) -> str:
            """Closes a ticket."""
            self.note("close_ticket", ticket_id=ticket_id, note=note)
            return f"{ticket_id} is closed"

        @tool(annotations=DESTRUCTIVE)
        def refund(order_id: str, amount: float) -> str:
            """Pays an order's money back."""
            self.note("refund", order_id=order_id, amount=amount)
            return f"{amount:g} for {order_id} is paid back"

        @tool(name="ns/export.v2", annotations=READ)
        def export(region: str) -> str:
            """All tickets of a region."""
            self.note("ns/export.v2", region=region)
            return f"tickets of {region}"

        @tool(annotations=READ)
        async def watch_tickets(count: int, ctx: Context) -> str:
            """Tells of new tickets as they come."""
            self.note("watch_tickets", count=count)
            for number in range(count):
                await ctx.report_progress(number + 1, count, f"ticket T-{number}")
                await asyncio.sleep(0.02)
            return f"{count} tickets"

    def add_others(self):
        @self.server.prompt()
        def summary(topic: str) -> str:
            """Asks for a summary."""
            return f"Sum up what there is on {topic}."

        @self.server.prompt()
        def escalation() -> str:
            """Asks whether to escalate."""
            return "Should this go to a person?"

        @self.server.resource("desk://rules")
        def rules() -> str:
            """The rules of the desk."""
            return "Be kind."

        @self.server.resource("desk://salaries")
        def salaries() -> str:
            """What those at the desk earn."""
            return "Enough."

        @self.server.resource("ticket://tickets/{id}")
        def ticket(id: str) -> str:
            """A ticket."""
            return f"ticket {id}: it does not print"

    def add_report(self, number):
        name = f"report_{number:04}"

        def report(month: str, detail: str = "short") -> str:
            self.note(name, month=month)
            return f"{name} of {month}"

        self.server.add_tool(report, name=name, description=f"Report {number} of a month.", annotations=READ)


def main():
    desk = Desk(int(sys.argv[1]))
    serving.run(serving.mcp(desk.server), path="/mcp", called=lambda _: {"called": desk.called})


if __name__ == "__main__":
    main()
