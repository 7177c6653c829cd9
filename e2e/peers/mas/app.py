"""MAS as far as tests need it: a FastAPI program on uvicorn, with its sockets, its lists, its limit, and a way for tests to speak through it.

python3 app.py [port] [--unlimited]     prints its address, then serves until it is ended
"""
import asyncio
import importlib
import pathlib
import socket
import sys
from typing import Any, Dict, List, Optional

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from mas_state import freeze, limit, state
from pydantic import BaseModel

# A bare slash at the end decides which route it is; MAS does not redirect either.
app = FastAPI(title="MAS peer")
app.router.redirect_slashes = False


@app.middleware("http")
async def rate_limit(request: Request, call_next: Any) -> Any:
    path = request.url.path
    if limit.is_exempt(path):
        return await call_next(request)
    state.requests[path] = state.requests.get(path, 0) + 1
    headers = request.headers
    forwarded = headers.get("x-forwarded-for", "").split(",")[0].strip()
    caller = headers.get("x-api-key", "")[:8] or forwarded or (request.client.host if request.client else "")
    left = None if "--unlimited" in sys.argv else limit.take(caller)
    if left is None:
        return await call_next(request)
    state.limited += 1
    body = {"detail": "Rate limit exceeded: too many requests per minute", "remaining": left}
    marks = {
        "Retry-After": "60",
        "X-RateLimit-Remaining-Minute": str(left["minute_remaining"]),
        "X-RateLimit-Remaining-Hour": str(left["hour_remaining"]),
    }
    return JSONResponse(status_code=429, content=body, headers=marks)


class Push(BaseModel):
    path: str
    text: str


class Words(BaseModel):
    words: List[Push]


class Close(BaseModel):
    path: Optional[str] = None
    code: int = 1000


class Mode(BaseModel):
    name: str
    on: bool


class Freeze(BaseModel):
    seconds: float


@app.post("/control/push")
async def push(word: Push) -> Dict[str, int]:
    return {"told": await state.push(word.path, word.text)}


@app.post("/control/push-all")
async def push_all(said: Words) -> Dict[str, int]:
    return {"told": sum([await state.push(word.path, word.text) for word in said.words])}


@app.post("/control/close")
async def close(word: Close) -> Dict[str, int]:
    return {"closed": await state.close(word.path, word.code)}


@app.post("/control/mode")
async def mode(word: Mode) -> Dict[str, List[str]]:
    (state.modes.add if word.on else state.modes.discard)(word.name)
    return {"modes": sorted(state.modes)}


@app.post("/control/freeze")
async def freeze_all(word: Freeze) -> Dict[str, float]:
    asyncio.get_running_loop().create_task(freeze(word.seconds))
    return {"seconds": word.seconds}


@app.get("/control/connections")
async def connections() -> Dict[str, Any]:
    open_now = {path: len(sockets) for path, sockets in state.sockets.items()}
    return {"open": open_now, "opened": state.opened, "streams": state.streams}


@app.get("/control/requests")
async def requests() -> Dict[str, Any]:
    return {"byPath": state.requests, "total": sum(state.requests.values()), "limited": state.limited}


@app.get("/control/heard")
async def heard() -> List[Dict[str, str]]:
    return list(state.heard)


# One file and one router for each part of MAS: whoever adds `mas_devices.py` adds nothing here.
for file in sorted(pathlib.Path(__file__).parent.glob("mas_*.py")):
    router = getattr(importlib.import_module(file.stem), "router", None)
    if router is not None:
        app.include_router(router)


def main() -> None:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    listening.listen(128)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="websockets", lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
