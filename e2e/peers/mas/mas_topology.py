"""The sockets and lists of MAS's agents, with their way of ending."""
import json
import uuid
from typing import Any, Dict, Set

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from mas_state import naive_utc, state, zoned_utc

router = APIRouter()


@router.websocket("/ws/topology")
async def topology(websocket: WebSocket) -> None:
    path = "/ws/topology"
    await websocket.accept()
    state.joined(path, websocket)
    try:
        hello = {"type": "connected", "message": "Topology stream connected", "timestamp": zoned_utc()}
        await websocket.send_json(hello)
        while True:
            message = await websocket.receive_json()
            state.said(path, json.dumps(message))
            kind = message.get("type")
            if kind == "ping":
                await websocket.send_json({"type": "pong", "timestamp": zoned_utc()})
            elif kind == "request_snapshot":
                error = "'AgentRegistry' object has no attribute 'list_agents'"
                await websocket.send_json({"type": "snapshot", "error": error, "timestamp": zoned_utc()})
    except Exception:  # bad words end it, politely
        pass
    finally:
        state.left(path, websocket)


async def listen(websocket: WebSocket, path: str, greeting: str) -> None:
    """Bad words go into a log, and it goes on."""
    await websocket.accept()
    state.joined(path, websocket)
    try:
        await websocket.send_json({"type": "connected", "message": greeting, "timestamp": zoned_utc()})
        while True:
            try:
                message = json.loads(await websocket.receive_text())
                state.said(path, json.dumps(message))
                if message.get("type") == "ping":
                    await websocket.send_json({"type": "pong", "timestamp": zoned_utc()})
            except WebSocketDisconnect:
                break
            except (ValueError, KeyError, AttributeError):
                continue
    except Exception:
        pass
    finally:
        state.left(path, websocket)


@router.websocket("/ws/agents/status")
async def agents_status(websocket: WebSocket) -> None:
    await listen(websocket, "/ws/agents/status", "Agent status stream connected")


@router.websocket("/ws/system/health")
async def system_health(websocket: WebSocket) -> None:
    await listen(websocket, "/ws/system/health", "System health stream connected")


@router.websocket("/ws/tasks/progress")
async def tasks_progress(websocket: WebSocket) -> None:
    await listen(websocket, "/ws/tasks/progress", "Task progress stream connected")


@router.websocket("/ws/agent-bus")
async def agent_bus(websocket: WebSocket) -> None:
    path = "/ws/agent-bus"
    if "bus" not in state.modes:  # as MAS is delivered: refused in the handshake
        await websocket.close(code=4003)
        return
    await websocket.accept()
    try:
        first = json.loads(await websocket.receive_text())
        state.said(path, json.dumps(first))
        agent = first.get("agent_id") or first.get("from_agent")
        if not agent:
            message = "agent_id or from_agent required in first message"
            await websocket.send_json({"type": "error", "payload": {"message": message}})
            await websocket.close(code=4000, reason="Missing agent_id")
            return
        state.joined(path, websocket)
        payload = {"connection_id": str(uuid.uuid4()), "agent_id": agent}
        await websocket.send_json({"type": "connected", "payload": payload})
        while True:
            state.said(path, json.dumps(json.loads(await websocket.receive_text())))
    except Exception:
        pass
    finally:
        state.left(path, websocket)


def item(agent: str, category: str, status: str) -> Dict[str, Any]:
    name = agent.title().replace("_", "")
    return {
        "id": agent,
        "name": f"{name}Agent",
        "displayName": f"{name} Agent",
        "category": category,
        "status": status,
        "tasksCompleted": 0,
        "tasksFailed": 0,
        "insightsGenerated": 0,
        "cycleCount": 0,
        "lastCycleTime": None,
        "consecutiveErrors": 0,
        "lastError": None,
        "capabilities": ["read"],
        "keywords": [],
    }


DISABLED: Set[str] = set()
INCIDENT: Dict[str, Any] = {
    "id": "inc-1",
    "title": "Unknown host <b>in the lab</b>",
    "description": "Seen by the scanner",
    "severity": "high",
    "status": "open",
    "source": "scanner",
    "tags": [],
}

AGENTS = [item("search", "core", "active"), item("financial", "financial", "registered"), item("mycology_bio", "mycology", "idle")]


@router.get("/orchestrator/agents")
async def agents() -> Dict[str, Any]:
    if "snapshot-500" in state.modes:
        raise RuntimeError("the registry is away")
    return {"agents": AGENTS, "totalAgents": len(AGENTS), "activeAgents": 1}


@router.get("/orchestrator/agents/{agent}")
async def one_agent(agent: str) -> Dict[str, Any]:
    for one in AGENTS:
        if one["id"] == agent:
            return {**one, "description": "d", "runtime": {"status": one["status"], "cycle_count": 0}}
    raise HTTPException(status_code=404, detail=f"Agent '{agent}' not found")


@router.get("/agents/registry/")
async def registry() -> Dict[str, Any]:
    listed = [
        {
            "agent_id": one["id"],
            "name": one["name"],
            "display_name": one["displayName"],
            "description": "d",
            "category": one["category"],
            "capabilities": ["read"],
            "keywords": [],
            "voice_triggers": [],
            "requires_confirmation": False,
            "is_active": one["id"] not in DISABLED,
        }
        for one in AGENTS
    ]
    return {"agents": listed, "categories": [], "capabilities": [], "total_agents": 3, "active_agents": 3}


@router.post("/agents/registry/{act}/{agent}")
async def flag(act: str, agent: str) -> Dict[str, Any]:
    if act == "activate":
        DISABLED.discard(agent)
    else:
        DISABLED.add(agent)
    return {"agent_id": agent, "is_active": agent not in DISABLED}


@router.get("/agents/{agent}")
async def guarded(agent: str) -> Dict[str, Any]:
    raise HTTPException(status_code=403, detail="Not authenticated")


@router.get("/api/incidents")
async def incidents(status: str = "open") -> Dict[str, Any]:
    if "incidents" in state.modes:
        found = [INCIDENT] if INCIDENT["status"] == status else []
        return {"incidents": found, "count": len(found)}
    raise HTTPException(status_code=503, detail="MINDEX_DATABASE_URL not configured")


@router.patch("/api/incidents/{incident}")
async def change_incident(incident: str, change: Dict[str, Any]) -> Dict[str, Any]:
    if incident != INCIDENT["id"]:
        raise HTTPException(status_code=404, detail="Incident not found")
    INCIDENT["status"] = change.get("status", INCIDENT["status"])
    return INCIDENT


@router.get("/ws/topology/status")
async def stream_status() -> Dict[str, Any]:
    active = len(state.sockets.get("/ws/topology", ()))
    is_read = "redis-dead" not in state.modes
    return {"active_connections": active, "subscription_active": is_read, "channel": "agents:status", "timestamp": naive_utc()}
