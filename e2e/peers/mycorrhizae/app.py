"""A Mycorrhizae service as FastAPI really answers: keys, patterns, one event stream per subscription, publishing.

Started by peer.ts. /control/* is for tests and is no part of the service.
"""

import asyncio
import json
import os
import re
import time
import uuid
from datetime import datetime, timezone

from fastapi import Body, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import StreamingResponse

COMMENT_S = float(os.environ.get("COMMENT_S", "15"))
PING_S = float(os.environ.get("PING_S", "30"))
KEY_FORMAT = re.compile(r"myco_[a-z0-9-]+_[A-Za-z0-9]{32}")
KEY = "myco_test_" + "a" * 32
KEYS = {
    KEY: {"scopes": {"read", "write", "channel:subscribe", "channel:publish"}},
    "myco_test_" + "b" * 32: {"scopes": {"write"}},
    "myco_test_" + "c" * 32: {"scopes": set(), "expired": True},
}
TYPES = {"telemetry", "event", "command", "insight", "query", "response", "heartbeat"}
BUILT_IN = {
    "system.health",
    "system.events",
    "alert.critical",
    "alert.warning",
    "aggregate.fungi.observations",
    "aggregate.sensors.telemetry",
}

app = FastAPI()


class State:
    def __init__(self):
        self.mode = "open"
        self.per_minute = 60
        self.window = (0, 0)
        self.subscribers = []
        self.connects = 0
        self.silent = False


state = State()


class Subscriber:
    def __init__(self, pattern):
        self.pattern = pattern
        # Without a bound, as over there: whoever is slow gets old data late.
        self.queue = asyncio.Queue()

    def matches(self, channel):
        if "*" not in self.pattern and "#" not in self.pattern:
            return self.pattern == channel
        expression = self.pattern.replace(".", r"\.").replace("*", "[^.]+").replace("#", ".*")
        return re.match(f"^{expression}$", channel) is not None


def check_rate():
    minute = int(time.time() // 60)
    begun, count = state.window
    count = count + 1 if begun == minute else 1
    state.window = (minute, count)
    if count > state.per_minute:
        raise HTTPException(403, "Rate limit exceeded (per minute)")


def check_key(key, *needed):
    if state.mode == "no-key-service":
        raise HTTPException(503, "Key service not available")
    if not KEY_FORMAT.fullmatch(key):
        raise HTTPException(403, "Invalid key format")
    known = KEYS.get(key)
    if known is None or state.mode in ("bad-key", "keys-failing"):
        raise HTTPException(403, "Invalid or inactive key")
    if known.get("expired") or state.mode == "key-expired":
        raise HTTPException(403, "Key has expired")
    if state.mode == "rate-minute":
        raise HTTPException(403, "Rate limit exceeded (per minute)")
    if state.mode == "rate-day":
        raise HTTPException(403, "Rate limit exceeded (per day)")
    missing = set(needed) - known["scopes"]
    if missing or state.mode == "no-scopes":
        raise HTTPException(403, f"Missing required scopes: {', '.join(missing or needed)}")
    check_rate()


def block(event, data, message_id=None):
    head = f"id: {message_id}\r\n" if message_id is not None else ""
    return f"{head}event: {event}\r\ndata: {data}\r\n\r\n"


async def stream_of(subscriber, request):
    state.subscribers.append(subscriber)
    state.connects += 1
    loop = asyncio.get_running_loop()
    comment_at = loop.time() + COMMENT_S
    ping_at = loop.time() + PING_S
    try:
        hello = {"subscription_id": str(uuid.uuid4()), "channel_pattern": subscriber.pattern}
        yield block("connected", json.dumps(hello))
        while not await request.is_disconnected():
            wait = max(0.0, min(comment_at, ping_at) - loop.time())
            try:
                said = await asyncio.wait_for(subscriber.queue.get(), wait)
            except asyncio.TimeoutError:
                said = ""
            if said is None:
                return
            if state.silent:
                comment_at = ping_at = loop.time() + 0.05
                continue
            now = loop.time()
            if said != "":
                ping_at = now + PING_S
                yield said
            if now >= comment_at:
                comment_at = now + COMMENT_S
                yield f": ping - {datetime.now(timezone.utc)}\r\n\r\n"
            if now >= ping_at:
                ping_at = now + PING_S
                yield block("ping", json.dumps({"ts": now}))
    finally:
        state.subscribers.remove(subscriber)


@app.get("/api/stream/subscribe")
async def subscribe(request: Request, channel: str = Query(...), x_api_key: str = Header(...)):
    if state.mode == "starting":
        raise HTTPException(503, "Protocol not available")
    check_key(x_api_key, "read", "channel:subscribe")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = stream_of(Subscriber(channel), request)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@app.get("/api/stream/channels")
async def channels(x_api_key: str = Header(...)):
    check_key(x_api_key, "read", "channel:subscribe")
    stock = ["device.*.telemetry", "device.*.alerts", "agent.*.tasks", "aggregate.*", "system.*"]
    return {"channels": sorted(BUILT_IN), "count": len(BUILT_IN), "patterns": stock}


@app.get("/health")
async def health():
    status = "degraded" if state.mode == "keys-failing" else "healthy"
    return {"status": status, "database": True, "protocol": True, "timestamp": datetime.now().isoformat()}


@app.post("/api/channels/{channel}/publish")
async def publish(channel: str, body: dict = Body(...), x_api_key: str = Header(...)):
    check_key(x_api_key, "write", "channel:publish")
    kind = body.get("message_type", "telemetry")
    if kind not in TYPES:
        raise HTTPException(400, f"Invalid message type: {kind}")
    if not channel.startswith("device.") and channel not in BUILT_IN:
        raise HTTPException(400, f"Channel not found: {channel}")
    message_id = str(uuid.uuid4())
    serial = body.get("device_serial")
    message = {
        "id": message_id,
        "channel": channel,
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "ttl_seconds": 3600,
        "source": {"type": "device", "id": body.get("source_id"), "device_serial": serial},
        "message_type": kind,
        "payload": body.get("payload", {}),
        "tracing": {"correlation_id": None, "reply_to": None, "api_key_id": str(uuid.uuid4())},
        "priority": body.get("priority", 5),
        "tags": body.get("tags", []),
    }
    notified = send(channel, block("message", json.dumps(message), message_id))
    return {"message_id": message_id, "channel": channel, "subscribers_notified": notified, "persisted": True}


def send(channel, text):
    heard = [subscriber for subscriber in state.subscribers if channel is None or subscriber.matches(channel)]
    for subscriber in heard:
        subscriber.queue.put_nowait(text)
    return len(heard)


@app.post("/control/raw")
async def control_raw(body: dict = Body(...)):
    """Exactly these characters, to every stream."""
    return {"sent": send(None, body["text"])}


@app.post("/control/mode")
async def control_mode(body: dict = Body(...)):
    state.mode = body.get("mode", "open")
    state.per_minute = body.get("per_minute", state.per_minute)
    state.silent = body.get("silent", False)
    return {"mode": state.mode}


@app.post("/control/end")
async def control_end():
    """Every stream ends."""
    return {"ended": send(None, None)}


@app.get("/control/connections")
async def control_connections():
    return {"open": len(state.subscribers), "made": state.connects}
