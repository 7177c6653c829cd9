"""Devices of MAS: the list that forgets, one socket per device, boards' answers, a buoy and the mesh."""
import asyncio
import json
import time
from typing import Any, AsyncIterator, Dict, List, Optional

from fastapi import APIRouter, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from mas_state import naive_utc, state, zoned_utc
from pydantic import BaseModel

router = APIRouter()

executed: List[str] = []


class Heartbeat(BaseModel):
    device_id: str
    host: str
    device_name: str = "MycoBrain"
    device_role: str = "standalone"
    device_display_name: Optional[str] = None
    port: int = 8003
    firmware_version: str = "unknown"
    board_type: str = "esp32s3"
    sensors: List[str] = []
    capabilities: List[str] = []
    location: Optional[str] = None
    connection_type: str = "lan"
    ingestion_source: str = "serial"
    extra: Dict[str, Any] = {}


class Command(BaseModel):
    command: str
    params: Dict[str, Any] = {}
    timeout: float = 5


class BuoyCommand(BaseModel):
    target: str
    cmd: str
    params: Dict[str, Any] = {}
    clientCommandId: Optional[str] = None


def beat(device: str, role: str, **more: Any) -> Heartbeat:
    where = {"host": "192.0.2.10", "location": "47.61,-122.33", "extra": {"agent_url": "http://192.0.2.10:8787"}}
    return Heartbeat(device_id=device, device_role=role, **{**where, **more})


known: Dict[str, Heartbeat] = {
    one.device_id: one
    for one in [beat("mushroom1", "mushroom1"), beat("mycobrain--dev-ttyACM0", "sporebase"), beat("psathyrella-1", "psathyrella")]
}


def row(one: Heartbeat) -> Dict[str, Any]:
    return {**one.dict(), "status": "online", "last_seen": zoned_utc(), "registered_at": zoned_utc()}


def find(device: str) -> Heartbeat:
    if device not in known or "registry-empty" in state.modes:
        raise HTTPException(404, f"Device not found: {device}")
    if "board-timeout" in state.modes:
        raise HTTPException(504, f"Telemetry timeout for device {device}")
    if "board-offline" in state.modes:
        raise HTTPException(503, f"Cannot connect to device {device}: All connection attempts failed")
    return known[device]


@router.get("/api/devices")
async def devices() -> Dict[str, Any]:
    rows = [] if "registry-empty" in state.modes else [row(one) for one in known.values()]
    return {"devices": rows, "count": len(rows), "timestamp": zoned_utc()}


@router.post("/api/devices/heartbeat")
@router.post("/api/devices/register")
async def heartbeat(one: Heartbeat) -> Dict[str, str]:
    status = "updated" if one.device_id in known else "registered"
    known[one.device_id] = one
    return {"status": status, "device_id": one.device_id, "timestamp": zoned_utc()}


@router.get("/api/devices/{device}")
async def device_of(device: str) -> Dict[str, Any]:
    return row(find(device))


@router.get("/api/devices/health")
async def never_reached() -> Dict[str, str]:
    return {"status": "healthy"}


@router.get("/api/devices/{device}/telemetry")
async def telemetry(device: str) -> Dict[str, Any]:
    find(device)
    probe = {"type": "amb", "temperature": 22.91, "humidity": 81.2}
    body = {"raw": "AMB T=22.91C RH=81.2%", "bme1": probe}
    return {"status": "ok", "device_id": device, "telemetry": body, "timestamp": naive_utc(), "mdp_path_id": device}


@router.post("/api/devices/{device}/command")
async def command(device: str, order: Command, use_mycorrhizae: bool = True) -> Dict[str, Any]:
    find(device)
    if "command-rejected" in state.modes:
        raise HTTPException(502, f"Agent rejected command: {order.command}")
    executed.extend([order.command] * (2 if use_mycorrhizae else 1))
    response = {"status": "ok", "device_id": device, "command": order.command, "response": f"OK {order.command.split()[0]}"}
    return {"status": "ok", "device_id": device, "command": order.command, "response": response, "timestamp": zoned_utc()}


@router.get("/control/executed")
async def what_was_executed() -> List[str]:
    return executed


@router.websocket("/ws/devices/{device}")
async def device_socket(websocket: WebSocket, device: str) -> None:
    path = f"/ws/devices/{device}"
    await websocket.accept()
    state.joined(path, websocket)
    try:
        hello = f"Device stream connected to {device}"
        await websocket.send_json({"type": "connected", "message": hello, "device_id": device, "timestamp": zoned_utc()})
        while True:
            message = json.loads(await websocket.receive_text())
            state.said(path, json.dumps(message))
            if message.get("type") == "ping":
                await websocket.send_json({"type": "pong", "device_id": device, "timestamp": zoned_utc()})
    except WebSocketDisconnect:
        pass
    except Exception:  # bad words end it, politely
        pass
    finally:
        state.left(path, websocket)


async def counted(path: str, source: AsyncIterator[str]) -> AsyncIterator[str]:
    state.streams[path] = state.streams.get(path, 0) + 1
    try:
        async for text in source:
            yield text
    finally:
        state.streams[path] -= 1


def events(path: str, source: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(counted(path, source), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def buoy(device: str, request: Request) -> AsyncIterator[str]:
    heading = 0
    while not await request.is_disconnected():
        heading = (heading + 1) % 360
        fix = {"lat": 47.6021, "lon": -122.3402, "headingDeg": heading, "speedKn": 0.8, "depthM": None, "gpsLock": True}
        if "no-gps" in state.modes:
            fix = {"lat": None, "lon": None, "headingDeg": None, "speedKn": None, "depthM": None, "gpsLock": False}
        body = {
            "deviceId": device,
            "link": "online",
            "lastUpdateMsAgo": 820,
            "source": "field",
            "simulated": False,
            "contactState": "live",
            "lastContactMsAgo": 4100,
            "pose": fix,
            "bme": {"a": {"temperature": 17.8, "humidity": 78.0, "pressure": 1014.9, "gasResistance": None, "iaq": None}, "b": None},
        }
        message = {"type": "telemetry", "atMs": int(time.time() * 1000), "telemetry": body}
        yield f"event: telemetry\ndata: {json.dumps(message)}\n\n"
        await asyncio.sleep(0.25)


@router.get("/api/psathyrella/{device}/stream")
async def buoy_stream(device: str, request: Request) -> StreamingResponse:
    return events(request.url.path, buoy(device, request))


@router.post("/api/psathyrella/{device}/command")
async def buoy_command(device: str, order: BuoyCommand) -> Dict[str, Any]:
    now = int(time.time() * 1000)
    ack = {"commandId": order.clientCommandId, "seq": 1, "state": "applied", "bearer": "wifi", "acceptedMs": now, "appliedMs": now}
    return {"target": order.target, "ack": ack}


async def acoustic(request: Request) -> AsyncIterator[str]:
    yield "event: keepalive\ndata: {}\n\n"
    while not await request.is_disconnected():
        message = {"atMs": int(time.time() * 1000), "level_db": -50.5}
        yield f"event: acoustic\ndata: {json.dumps(message)}\n\n"
        await asyncio.sleep(0.25)


@router.get("/api/psathyrella/{device}/acoustic/stream")
async def acoustic_stream(device: str, request: Request) -> StreamingResponse:
    return events(request.url.path, acoustic(request))


async def mesh(request: Request) -> AsyncIterator[str]:
    """The same packets again at every connect, one of them heard by two gateways."""
    packet = {"packet_uid": "a1-1", "from_node_id": "!a1", "to_node_id": "!ffffffff", "gateway_node_id": "!b1", "rx_rssi": -97}
    said = [packet, {**packet, "gateway_node_id": "!b2"}, {"topic": "msh/x", "packet_uid": "z-2", "decode_error": True}]
    for index, one in enumerate(said):
        yield f"event: packet\nid: 178833696510{index}-0\ndata: {json.dumps(one)}\n\n"
    while not await request.is_disconnected():
        yield ": ping\n\n"
        await asyncio.sleep(0.5)


@router.get("/api/meshtastic/stream")
async def mesh_stream(request: Request) -> StreamingResponse:
    return events(request.url.path, mesh(request))
