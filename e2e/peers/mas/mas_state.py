"""What the routes of the peer share: who is connected, what is asked, and what a test switched on."""
import asyncio
import json
import time
from collections import deque
from datetime import datetime, timezone
from typing import Any, Deque, Dict, List, Optional, Set

from fastapi import WebSocket


def naive_utc() -> str:
    """UTC without saying so, as MAS writes most of its times."""
    return datetime.utcnow().isoformat()


def zoned_utc() -> str:
    return datetime.now(timezone.utc).isoformat()


class State:
    def __init__(self) -> None:
        self.sockets: Dict[str, Set[WebSocket]] = {}
        self.subscriptions: Dict[WebSocket, Set[str]] = {}
        self.opened: Dict[str, int] = {}
        self.streams: Dict[str, int] = {}
        self.modes: Set[str] = set()
        self.requests: Dict[str, int] = {}
        self.limited = 0
        self.heard: Deque[Dict[str, str]] = deque(maxlen=1000)
        self.rows: Dict[str, List[Dict[str, Any]]] = {}

    def joined(self, path: str, websocket: WebSocket) -> None:
        self.sockets.setdefault(path, set()).add(websocket)
        self.opened[path] = self.opened.get(path, 0) + 1

    def left(self, path: str, websocket: WebSocket) -> None:
        self.sockets.get(path, set()).discard(websocket)
        self.subscriptions.pop(websocket, None)

    def said(self, path: str, text: str) -> None:
        self.heard.append({"path": path, "text": text})

    async def push(self, path: str, text: str) -> int:
        """To everybody on a path, each in turn, as MAS does it. Typed events go to who asked for them."""
        if "redis-dead" in self.modes and path != "/ws/scientific":
            return 0
        kind = type_of(text)
        told = 0
        for websocket in list(self.sockets.get(path, ())):
            wanted = self.subscriptions.get(websocket)
            if wanted is not None and kind not in wanted:
                continue
            try:
                await websocket.send_text(text)
                told += 1
            except Exception:  # the client went meanwhile
                self.left(path, websocket)
        return told

    async def close(self, path: Optional[str], code: int) -> int:
        closed = 0
        for one, sockets in list(self.sockets.items()):
            if path is not None and one != path:
                continue
            for websocket in list(sockets):
                self.left(one, websocket)
                try:
                    await websocket.close(code=code)
                    closed += 1
                except Exception:  # it went by itself
                    continue
        return closed


def type_of(text: str) -> Any:
    try:
        message = json.loads(text)
        return message.get("type") if isinstance(message, dict) else None
    except ValueError:
        return None


class RateLimit:
    """60 a minute and 1000 an hour for each caller."""

    EXEMPT = ("/control", "/health", "/live", "/ready", "/metrics", "/docs", "/openapi.json", "/voice/brain/status", "/api/voice/v9")

    def __init__(self, per_minute: int = 60, per_hour: int = 1000) -> None:
        self.per_minute = per_minute
        self.per_hour = per_hour
        self.asked: Dict[str, Deque[float]] = {}

    def is_exempt(self, path: str) -> bool:
        return path.startswith(self.EXEMPT)

    def take(self, caller: str) -> Optional[Dict[str, int]]:
        """None: it may ask. Else what is left of both limits."""
        now = time.monotonic()
        asked = self.asked.setdefault(caller, deque())
        while asked and now - asked[0] > 3600:
            asked.popleft()
        minute = sum(1 for at in asked if now - at <= 60)
        if minute >= self.per_minute or len(asked) >= self.per_hour:
            return {
                "minute_remaining": max(0, self.per_minute - minute),
                "hour_remaining": max(0, self.per_hour - len(asked)),
            }
        asked.append(now)
        return None


async def freeze(seconds: float) -> None:
    """The whole event loop stands still: connections are accepted by the system, and nothing answers."""
    await asyncio.sleep(0.05)
    time.sleep(seconds)


state = State()
limit = RateLimit()
