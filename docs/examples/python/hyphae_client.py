#!/usr/bin/env python3
"""A client of Hyphae, written from docs/protocol.md alone. See README.md for how to call it.

It needs Python 3.9 or newer and `websockets` (Debian: python3-websockets). Following with --sse and publishing with --http need
nothing but Python.
"""

import argparse
import array
import asyncio
import inspect
import json
import math
import os
import random
import secrets
import struct
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

SUBPROTOCOL = "hyphae.v1"
CONTRACT = 1
PING_S = 10
SILENT_S = 25
MOST_BYTES = 8 * 1024 * 1024
# Never taken, however often it is sent again.
HOPELESS_STATUS = (400, 401, 403, 404)
HOPELESS_CLOSE = (1002, 1003, 1007, 1008, 1009, 4001, 4002, 4005)


class Refused(Exception):
    """The server said no, and would say so again."""


class Hole(Exception):
    """Something is missing between what we have and what came."""


def say(line):
    print(json.dumps(line, ensure_ascii=False), flush=True)


def note(text):
    print(text, file=sys.stderr, flush=True)


def backoff(attempt):
    return random.random() * min(30, 0.5 * 2 ** min(attempt - 1, 10))


# --- sample batches ---------------------------------------------------------------------------------------------------


def unpack_batch(data):
    """The bytes of a binary frame as {channel, epoch, offset, series, provenance, times, columns}."""
    (length,) = struct.unpack_from("<I", data)
    head = json.loads(bytes(data[4 : 4 + length]).decode("utf-8"))
    rows, series = head["rows"], head["series"]
    start = (4 + length + 7) // 8 * 8
    if len(data) != start + rows * 8 * (1 + len(series)):
        raise ValueError("a sample batch whose length is not what its header says")

    def column(index):
        numbers = array.array("d")
        numbers.frombytes(data[start + index * rows * 8 : start + (index + 1) * rows * 8])
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    return {**head, "times": column(0), "columns": [column(index + 1) for index in range(len(series))]}


def pack_batch(channel, series, times, columns, provenance):
    """Rows of numbers as the bytes of a binary frame, to be published."""
    head = {"channel": channel, "epoch": "-", "offset": 0, "rows": len(times), "series": series, "provenance": provenance}
    text = json.dumps(head, separators=(",", ":")).encode("utf-8")
    data = struct.pack("<I", len(text)) + text
    data += bytes(-len(data) % 8)
    for column in [times, *columns]:
        data += struct.pack(f"<{len(column)}d", *column)
    return data


def rows_of(batch):
    for row, at in enumerate(batch["times"]):
        values = {}
        for name, column in zip(batch["series"], batch["columns"]):
            value = column[row]
            values[name] = None if value is None or math.isnan(value) else value
        yield at, values


# --- the rules that lose nothing --------------------------------------------------------------------------------------


class Follower:
    """One channel: takes messages in their place, prints what they carry, and tells what is missing."""

    def __init__(self, channel, cursor=None):
        self.channel = channel
        self.cursor = cursor
        self.kind = None
        self.ready = False
        self.thinned = 0

    def subscribed(self, message):
        self.ready = True
        self.thinned = 0
        self.kind = message["kind"]
        if self.kind == "state":
            if not message["recovered"]:
                self.cursor = None
            return
        if message.get("gap"):
            self._gap(message["gap"], message.get("from", self.cursor), message["cursor"])
        self.cursor = message["cursor"]

    def take(self, message):
        """Raises Hole when the message does not follow what we have."""
        if not self.ready:
            return
        kind = message["t"]
        if kind == "events":
            skip = self._place(message["epoch"], message["from"], len(message["records"]))
            for index, record in enumerate(message["records"]):
                if index >= skip:
                    say({"channel": self.channel, "offset": message["from"] + index, "record": record})
        elif kind == "samples":
            skip = self._place(message["epoch"], message["offset"], len(message["times"]))
            for index, (at, values) in enumerate(rows_of(message)):
                if index >= skip:
                    line = {"channel": self.channel, "offset": message["offset"] + index, "at": at, "values": values}
                    say({**line, "provenance": message["provenance"], **({"thinned": True} if self.thinned else {})})
            self.thinned = 0
        elif kind == "state":
            if message["snapshot"]:
                say({"channel": self.channel, "snapshot": True})
            for key, record in message["puts"]:
                say({"channel": self.channel, "key": key, "record": record})
            for key in message["dels"]:
                say({"channel": self.channel, "key": key, "deleted": True})
            self.cursor = message["cursor"]
        elif kind == "gap":
            self._gap(message["gap"], message.get("from", self.cursor), message["cursor"])
            self.cursor = message["cursor"]
        elif kind == "thinned":
            self.thinned = message["n"]
            say({"channel": self.channel, "thinned": message["n"], "to": message["cursor"]})
            self.cursor = message["cursor"]

    def _place(self, epoch, first, count):
        """How many of the records we have already; moves the cursor behind them."""
        cursor = self.cursor
        if cursor is None or epoch != cursor["epoch"] or first > cursor["offset"]:
            self.ready = False
            raise Hole(f"{self.channel}: at {cursor}, but {epoch}:{first} came")
        skip = min(count, cursor["offset"] - first)
        self.cursor = {"epoch": epoch, "offset": max(cursor["offset"], first + count)}
        return skip

    def _gap(self, gap, begin, end):
        say({"channel": self.channel, "gap": gap, "from": begin, "to": end})


# --- /live ------------------------------------------------------------------------------------------------------------


class Live:
    """A connection to /live that comes back by itself. Follows channels, and publishes each thing once."""

    def __init__(self, url, token, name):
        self.url = url.replace("http", "ws", 1).rstrip("/") + "/live"
        self.token = token
        self.client = {"id": secrets.token_urlsafe(24), "name": name}
        self.followers = {}
        self.waiting = {}  # rid: (message, future), in the order of asking
        self.rid = 0
        self.socket = None
        self.attempt = 0
        self.wait_s = None
        self.rewind = None
        self.ponged = asyncio.Event()
        self.stopping = False
        self.repeating = None
        self.after = lambda: None

    def follow(self, channel, rewind, cursor):
        self.followers[channel] = Follower(channel, cursor)
        self.rewind = rewind

    async def ask(self, message):
        """Sends until it is answered, over as many connections as that takes. Returns the answer; raises Refused."""
        self.rid += 1
        rid = self.rid
        while True:
            answered = asyncio.get_running_loop().create_future()
            self.waiting[rid] = ({**message, "rid": rid}, answered)
            await self._send(self.waiting[rid][0])
            answer = await answered
            if answer["ok"]:
                return answer
            error, retry_ms = answer["error"], answer.get("retryAfterMs")
            if retry_ms is None and error["code"] not in ("bus-down", "limit-reached"):
                raise Refused(f"{error['code']}: {error['message']}")
            note(f"not yet: {error['code']}: {error['message']}")
            await asyncio.sleep(retry_ms / 1000 if retry_ms is not None else backoff(3))

    async def run(self):
        """Connects, again and again. Ends with Refused, or when it is stopped."""
        while not self.stopping:
            self.attempt += 1
            self.wait_s = None
            try:
                await self._connect()
            except Refused:
                raise
            except (OSError, EOFError, asyncio.TimeoutError, Hole) as error:
                note(f"the connection ended: {error or type(error).__name__}")
            except Exception as error:  # the library's own, whose names differ from one version to the next
                self._judge(error)
            finally:
                self.socket = None
            if self.stopping:
                return
            await asyncio.sleep(self.wait_s if self.wait_s is not None else backoff(self.attempt))

    async def stop(self):
        self.stopping = True
        if self.socket is not None:
            await self.socket.close()

    def _judge(self, error):
        status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
        if status in HOPELESS_STATUS:
            raise Refused(f"the server does not let us in: HTTP {status}") from error
        close = getattr(error, "rcvd", None)
        if close is not None and close.code in HOPELESS_CLOSE:
            raise Refused(f"the server closed: {close.code} {close.reason}") from error
        if not type(error).__module__.startswith("websockets"):
            raise error
        note(f"the connection ended: {error}")

    async def _connect(self):
        try:
            import websockets
        except ImportError as error:
            raise Refused("websockets is missing (Debian: python3-websockets). --sse and --http do without it") from error
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        known = inspect.signature(websockets.connect.__init__).parameters
        option = "additional_headers" if "additional_headers" in known else "extra_headers"
        async with websockets.connect(
            self.url,
            subprotocols=[SUBPROTOCOL],
            max_size=MOST_BYTES,
            ping_interval=None,
            compression=None,
            **{option: headers},
        ) as socket:
            hello = {"t": "hello", "contract": CONTRACT, "build": "hyphae_client.py", "client": self.client}
            await socket.send(json.dumps(hello))
            self.socket = socket
            for number, follower in enumerate(self.followers.values()):
                await self._subscribe(number, follower)
            for message, _ in list(self.waiting.values()):
                await self._send(message)
            pinging = asyncio.ensure_future(self._ping())
            try:
                while True:
                    data = await asyncio.wait_for(socket.recv(), SILENT_S)
                    await self._take(unpack_batch(data) if isinstance(data, bytes) else json.loads(data), data)
            finally:
                pinging.cancel()

    async def _send(self, message):
        """While there is no connection it is kept in `waiting`, if it is to be answered."""
        socket = self.socket
        if socket is None:
            return
        try:
            await socket.send(json.dumps(message))
        except Exception as error:  # the receiving side sees the same end and comes back
            note(f"could not send: {type(error).__name__}")

    async def _subscribe(self, number, follower):
        follower.ready = False
        start = {"since": follower.cursor} if follower.cursor else {} if self.rewind is None else {"rewind": self.rewind}
        await self._send({"t": "subscribe", "id": number, "channel": follower.channel, **start})

    async def _ping(self):
        while True:
            await asyncio.sleep(PING_S)
            await self._send({"t": "ping", "at": time.time() * 1000})

    async def _take(self, message, data):
        kind = message.setdefault("t", "samples") if isinstance(data, bytes) else message.get("t")
        if kind == "pong":
            self.ponged.set()
        elif kind == "welcome":
            note(f"connected to {message['server']}")
            if not self.followers:
                self.attempt = 0
        elif kind == "subscribed":
            self.attempt = 0
            self.followers[message["channel"]].subscribed(message)
        elif kind in ("events", "state", "samples", "gap", "thinned"):
            follower = self.followers.get(message["channel"])
            try:
                if follower is not None:
                    follower.take(message)
            except Hole as hole:
                note(f"a hole, asking again: {hole}")
                await self._send({"t": "unsubscribe", "channel": message["channel"]})
                await self._subscribe(list(self.followers).index(message["channel"]), follower)
        elif kind == "answer":
            _, answered = self.waiting.pop(message["rid"], (None, None))
            if answered is not None and not answered.done():
                answered.set_result(message)
            elif not message["ok"]:
                self._not_subscribed(message)
        elif kind == "reconnect":
            self.attempt = 0
            self.wait_s = message["afterMs"] / 1000
        elif kind == "refused":
            note(f"refused {message['count']}: {message['error']['code']}: {message['error']['message']}")
            if message.get("retryAfterMs") is not None and not self.repeating:
                self.repeating = asyncio.ensure_future(self._repeat(message["retryAfterMs"] / 1000))
        elif kind == "health":
            note(f"degraded: {message['degraded']['reason']}" if message.get("degraded") else "well again")
        self.after()

    async def _repeat(self, wait_s):
        """A rate was used up and messages were dropped: what is not answered is sent again."""
        await asyncio.sleep(wait_s)
        self.repeating = None
        for message, _ in list(self.waiting.values()):
            await self._send(message)
        for number, follower in enumerate(self.followers.values()):
            if not follower.ready:
                await self._send({"t": "unsubscribe", "channel": follower.channel})
                await self._subscribe(number, follower)

    def _not_subscribed(self, message):
        error, retry_ms = message["error"], message.get("retryAfterMs")
        if retry_ms is None and error["code"] not in ("bus-down", "limit-reached"):
            raise Refused(f"{error['code']}: {error['message']}")
        self.wait_s = (retry_ms or 1000) / 1000
        raise Hole(error["message"])


# --- /sse and HTTP, with nothing but Python ---------------------------------------------------------------------------


def request(args, path, body=None, headers=()):
    head = {**dict(headers), **({"Authorization": f"Bearer {args.token}"} if args.token else {})}
    data = None if body is None else json.dumps(body).encode("utf-8")
    if data is not None:
        head["Content-Type"] = "application/json"
    return urllib.request.Request(args.url.rstrip("/") + path, data=data, headers=head)


def events_of(response):
    """The data of each event of a stream. A stream that says nothing for SILENT_S ends with an error."""
    data = []
    for raw in response:
        line = raw.decode("utf-8").rstrip("\n")
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif line == "" and data:
            yield json.loads("\n".join(data))
            data = []


def follow_sse(args, followers, after):
    attempt = 0
    while True:
        attempt += 1
        wait_s = None
        query = [("channel", channel) for channel in followers]
        for follower in followers.values():
            follower.ready = False
            if follower.cursor:
                place = f"{follower.channel}={follower.cursor['epoch']}:{follower.cursor['offset']}"
                query.append(("since", place))
        if args.rewind is not None:
            query.append(("rewind", args.rewind))
        try:
            with urllib.request.urlopen(request(args, "/sse?" + urllib.parse.urlencode(query)), timeout=SILENT_S) as stream:
                for message in events_of(stream):
                    if message["t"] == "welcome":
                        note(f"connected to {message['server']}")
                    elif message["t"] == "subscribed":
                        attempt = 0
                        followers[message["channel"]].subscribed(message)
                    elif message["t"] == "answer":
                        raise Refused(f"{message['error']['code']}: {message['error']['message']}")
                    elif message["t"] == "reconnect":
                        attempt, wait_s = 0, message["afterMs"] / 1000
                    elif message.get("channel") in followers:
                        followers[message["channel"]].take(message)
                    after()
            note("the stream ended")
        except urllib.error.HTTPError as error:
            if error.code in HOPELESS_STATUS:
                raise Refused(f"HTTP {error.code} {error.read().decode('utf-8', 'replace')}") from error
            wait_s = float(error.headers.get("Retry-After") or 0) or None
        except (OSError, Hole, ValueError) as error:
            note(f"the stream ended: {error or type(error).__name__}")
        time.sleep(wait_s if wait_s is not None else backoff(attempt))


def publish_http(args, channel, publication):
    key = () if channel.startswith("state/") else (("Idempotency-Key", secrets.token_urlsafe(16)),)
    attempt = 0
    while True:
        attempt += 1
        wait_s = None
        try:
            path = "/api/channels/" + urllib.parse.quote(channel)
            with urllib.request.urlopen(request(args, path, publication, key), timeout=SILENT_S) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500 and error.code != 429:
                raise Refused(f"HTTP {error.code} {error.read().decode('utf-8', 'replace')}") from error
            wait_s = float(error.headers.get("Retry-After") or 0) or None
        except OSError as error:
            note(f"no answer, asking again: {error or type(error).__name__}")
        time.sleep(wait_s if wait_s is not None else backoff(attempt))


# --- the command line -------------------------------------------------------------------------------------------------


def publication_of(channel, value):
    kind = channel.split("/", 1)[0]
    if kind == "state":
        return {"puts": [[key, record] for key, record in value.items()]}
    return {"samples": value} if kind == "samples" else {"records": [value]}


async def values_of(texts):
    """Each JSON of the command line; `-` stands for the lines of standard input, read while the connection lives on."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue(64)

    def put(item):
        asyncio.run_coroutine_threadsafe(queue.put(item), loop).result()

    def read():
        for text in texts:
            for line in sys.stdin if text == "-" else [text]:
                if line.strip():
                    put(line)
        put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        line = await queue.get()
        if line is None:
            return
        yield json.loads(line)


async def with_live(live, work):
    running = asyncio.ensure_future(live.run())
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait([running, working], return_when=asyncio.FIRST_COMPLETED)
        (working if working.done() else running).result()
        await live.stop()
    finally:
        running.cancel()
        working.cancel()


async def publish(args, live):
    async for value in values_of(args.json):
        publication = publication_of(args.channel, value)
        if args.http:
            say(publish_http(args, args.channel, publication))
            continue
        key = {} if args.channel.startswith("state/") else {"key": secrets.token_urlsafe(16)}
        answer = await live.ask({"t": "publish", "channel": args.channel, **key, **publication})
        say({"cursor": answer["cursor"], "duplicate": answer["duplicate"]})


async def samples(args, live):
    names = [text.split("=", 1)[0] for text in args.values]
    numbers = [float(text.split("=", 1)[1]) for text in args.values]
    at = time.time() * 1000
    if args.binary:
        # A batch is not answered, a ping behind it is, and a refusal comes before the pong.
        while live.socket is None:
            await asyncio.sleep(0.01)
        await live.socket.send(pack_batch(args.channel, names, [at], [[number] for number in numbers], args.provenance))
        await live.socket.send(json.dumps({"t": "ping", "at": at}))
        await live.ponged.wait()
        return
    rows = {"series": names, "provenance": args.provenance, "times": [at], "columns": [[number] for number in numbers]}
    key = secrets.token_urlsafe(16)
    answer = await live.ask({"t": "publish", "channel": args.channel, "key": key, "samples": rows})
    say({"cursor": answer["cursor"], "duplicate": answer["duplicate"]})


def stored(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def main():
    options = argparse.ArgumentParser(description="Follows and publishes on channels of a Hyphae server.")
    options.add_argument("--url", default="http://127.0.0.1:7420")
    options.add_argument("--token", help="hyp_…, where the server asks for one")
    options.add_argument("--name", default="Python example")
    verbs = options.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("subscribe", help="prints what channels carry, one JSON a line")
    one.add_argument("channels", nargs="+")
    one.add_argument("--rewind", type=int, help="how much history first: records, or ms of samples")
    one.add_argument("--sse", action="store_true", help="over HTTP instead of WebSocket")
    one.add_argument("--cursors", help="file that keeps the cursors, so that the next run goes on from here")
    one = verbs.add_parser("publish", help="a record (events), keys and records (state), rows (samples)")
    one.add_argument("channel")
    one.add_argument("json", nargs="+", help="JSON, or - for lines of standard input")
    one.add_argument("--http", action="store_true", help="over HTTP instead of WebSocket")
    one = verbs.add_parser("samples", help="publishes one row: samples/… volts=1.5 amps=0.2")
    one.add_argument("channel")
    one.add_argument("values", nargs="+", metavar="NAME=NUMBER")
    one.add_argument("--provenance", default="measured")
    one.add_argument("--binary", action="store_true", help="as a binary frame")
    args = options.parse_args()

    try:
        asyncio.run(run(args))
    except Refused as refused:
        note(str(refused))
        sys.exit(1)
    except KeyboardInterrupt:
        pass


async def run(args):
    live = Live(args.url, args.token, args.name)
    if args.verb != "subscribe":
        work = publish(args, live) if args.verb == "publish" else samples(args, live)
        await (work if args.verb == "publish" and args.http else with_live(live, work))
        return
    kept = stored(args.cursors) if args.cursors else {}
    for channel in args.channels:
        live.follow(channel, args.rewind, kept.get(channel))

    def keep():
        if args.cursors:
            # Not of state: its keys are not kept either, so the next run begins with a snapshot.
            cursors = {name: one.cursor for name, one in live.followers.items() if one.cursor and one.kind != "state"}
            # Whole or not at all, whenever the program ends.
            with open(args.cursors + ".new", "w", encoding="utf-8") as file:
                json.dump(cursors, file)
            os.replace(args.cursors + ".new", args.cursors)

    live.after = keep
    if args.sse:
        follow_sse(args, live.followers, keep)
    else:
        await live.run()


if __name__ == "__main__":
    main()
