"""Prints every message that reaches one person, and goes on where it stopped when the connection breaks.

    pip install -r requirements.txt && BEDSIDE_TOKEN=… python listener.py [URL] [TOKEN] [--count N]
"""

import argparse
import asyncio
import math
import os
from typing import Any

from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportConnectionFailed
from gql.transport.websockets import WebsocketsTransport

START = gql("query Start { cursor conversations { nodes { title partner { fullName } unreadCount } } }")
EVENTS = gql("""
  subscription Listen($after: String) {
    events(after: $after) {
      __typename
      cursor
      ... on MessageAdded { node { text createdAt sender { fullName } conversation { title partner { fullName } } } }
      ... on Resync { reason }
    }
  }
""")
PAUSE = 1.0  # seconds before connecting again


def name(conversation: dict[str, Any] | None) -> str:
    if conversation is None:
        return "?"
    return str(conversation["title"] or conversation["partner"]["fullName"])


def client(url: str, token: str) -> Client:
    transport = WebsocketsTransport(
        url=f"{url.replace('http', 'ws', 1)}/graphql/ws",
        init_payload={"Authorization": f"Bearer {token}"},
        # gql looks for `Sec-WebSocket-Protocol` in the answer with exact capitals, and the server writes its headers
        # in lower case. Asking for one protocol only leaves nothing to guess.
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    return Client(transport=transport)


async def listen(url: str, token: str, left: float) -> None:
    cursor: str | None = None
    while left > 0:
        try:
            async with client(url, token) as session:
                if cursor is None:
                    # Ask for the state and its cursor first, then listen from that cursor on: nothing falls between.
                    start = await session.execute(START)
                    for conversation in start["conversations"]["nodes"]:
                        print(f"* {name(conversation)}: {conversation['unreadCount']} unread", flush=True)
                    cursor = start["cursor"]
                else:
                    print("(connected again)", flush=True)
                async for result in session.subscribe(GraphQLRequest(EVENTS, variable_values={"after": cursor})):
                    event = result["events"]
                    cursor = event["cursor"]
                    if event["__typename"] == "Resync":
                        print(f"(fetch everything again: {event['reason']})", flush=True)
                    if (message := event.get("node")) is None:
                        continue  # this program shows new messages only
                    time, where = message["createdAt"][11:16], name(message["conversation"])
                    print(f"{time} {where} | {message['sender']['fullName']}: {message['text']}", flush=True)
                    if (left := left - 1) <= 0:
                        return
        except TransportConnectionFailed:
            if cursor is None:
                raise  # it never worked: the address or the token is wrong
        await asyncio.sleep(PAUSE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", nargs="?", default=os.environ.get("BEDSIDE_URL", "http://127.0.0.1:8080"))
    parser.add_argument("token", nargs="?", default=os.environ.get("BEDSIDE_TOKEN"))
    parser.add_argument("--count", type=float, default=math.inf, metavar="N", help="stop after N messages")
    arguments = parser.parse_args()
    if not arguments.token:
        parser.error("give a token as the second argument or as BEDSIDE_TOKEN")
    asyncio.run(listen(arguments.url, arguments.token, arguments.count))
