"""The scientific sockets and lists of MAS, with their way of ending."""
import json
import uuid
from typing import Any, Dict, List, Optional

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from mas_state import naive_utc, state, zoned_utc
from pydantic import BaseModel

router = APIRouter()

EVENTS = [
    "simulation.progress",
    "experiment.step",
    "fci.signal",
    "device.status",
    "telemetry.update",
    "mycelium.state",
    "safety.alert",
    "hypothesis.update",
    "mycobrain.result",
    "lab.instrument",
]


@router.websocket("/ws/scientific")
async def scientific(websocket: WebSocket) -> None:
    path = "/ws/scientific"
    await websocket.accept()
    state.joined(path, websocket)
    state.subscriptions[websocket] = set()
    try:
        hello = {"message": "Connected to MYCA Scientific WebSocket", "availableEvents": EVENTS}
        await websocket.send_json({"type": "connected", "payload": hello, "timestamp": naive_utc()})
        while True:
            text = await websocket.receive_text()
            state.said(path, text)
            try:
                message = json.loads(text)
            except ValueError:
                payload = {"message": "Invalid JSON format"}
                await websocket.send_json({"type": "error", "payload": payload, "timestamp": naive_utc()})
                continue
            kind = message.get("type")
            if kind == "ping":
                await websocket.send_json({"type": "pong", "timestamp": naive_utc()})
                continue
            event = message.get("payload", {}).get("eventType")
            if not event:
                continue
            if kind == "subscribe":
                state.subscriptions[websocket].add(event)
                answer = {"type": "subscribed", "payload": {"eventType": event}, "timestamp": naive_utc()}
                await websocket.send_json(answer)
            elif kind == "unsubscribe":
                state.subscriptions[websocket].discard(event)
    except WebSocketDisconnect:
        pass
    except Exception:  # whatever it was: the connection ends, politely
        pass
    finally:
        state.left(path, websocket)


async def records(websocket: WebSocket, path: str, survives: bool) -> None:
    await websocket.accept()
    state.joined(path, websocket)
    try:
        hello = {"type": "connected", "message": "Scientific data stream connected", "timestamp": zoned_utc()}
        await websocket.send_json(hello)
        while True:
            try:
                message = json.loads(await websocket.receive_text())
                state.said(path, json.dumps(message))
                if message.get("type") == "ping":
                    await websocket.send_json({"type": "pong", "timestamp": zoned_utc()})
            except WebSocketDisconnect:
                raise
            except Exception:
                if not survives:
                    raise
    except Exception:
        pass
    finally:
        state.left(path, websocket)


@router.websocket("/ws/scientific/data")
async def scientific_data(websocket: WebSocket) -> None:
    if "data-refused" in state.modes:
        await websocket.close()
        return
    await records(websocket, "/ws/scientific/data", survives=True)


@router.websocket("/api/stream/scientific/live")
async def scientific_live(websocket: WebSocket) -> None:
    await records(websocket, "/api/stream/scientific/live", survives=False)


@router.websocket("/api/fci/ws/stream/{device}")
async def fci(websocket: WebSocket, device: str, sample_rate: int = 100) -> None:
    path = f"/api/fci/ws/stream/{device}"
    await websocket.accept()
    state.joined(path, websocket)
    try:
        connected = {"type": "device_connected", "device_id": device, "timestamp": zoned_utc()}
        await websocket.send_json(connected)
        while True:
            message = json.loads(await websocket.receive_text())
            state.said(path, json.dumps(message))
            kind = message.get("type")
            if kind == "ping":
                await websocket.send_json({"type": "pong", "timestamp": zoned_utc()})
            elif kind == "sdr_config":
                await websocket.send_json({"type": "config_ack", "status": "updated"})
            elif kind == "set_pattern":
                await websocket.send_json({"type": "pattern_set", "pattern": message.get("pattern")})
            elif kind == "stimulate":
                answer = {"status": "queued", "command_id": str(uuid.uuid4()), "result": {"status": "queued"}}
                await websocket.send_json({"type": "stimulate_ack", **answer})
    except Exception:
        pass
    finally:
        state.left(path, websocket)


INSTRUMENTS: List[Dict[str, Any]] = [
    {
        "id": "inst-1b1d3348",
        "name": "Incubator North",
        "type": "incubator",
        "status": "online",
        "temperature": 24.6,
        "humidity": 91.0,
        "currentTask": None,
    }
]
SIMULATIONS: List[Dict[str, Any]] = []
EXPERIMENTS: List[Dict[str, Any]] = []


HYPOTHESES: List[Dict[str, Any]] = []
SESSIONS: List[Dict[str, Any]] = []


def changed(
    rows: List[Dict[str, Any]], name: str, wanted: str, states: Dict[str, str], action: str, word: Optional[str] = None
) -> Dict[str, Any]:
    """What a verb makes of a row, and the answer: 400 for another verb, 404 for another row."""
    if action not in states:
        raise HTTPException(status_code=400, detail=f"Unknown action: {action}")
    for one in rows:
        if one["id"] == wanted:
            one["status"] = states[action]
            return {"status": word or states[action], name: wanted}
    raise HTTPException(status_code=404, detail=f"{name[:-2].capitalize()} not found")


def crash_if_broken() -> None:
    if "snapshot-500" in state.modes:
        raise RuntimeError("JSONB columns reach the model as strings")


@router.get("/scientific/lab/instruments")
async def instruments() -> Dict[str, Any]:
    crash_if_broken()
    return {"instruments": INSTRUMENTS, "source": "live"}


class NewInstrument(BaseModel):
    name: str
    type: str


@router.post("/scientific/lab/instruments")
async def new_instrument(wanted: NewInstrument) -> Dict[str, Any]:
    made = {"id": f"inst-{uuid.uuid4().hex[:8]}", "name": wanted.name, "type": wanted.type, "status": "online"}
    made.update({"temperature": None, "humidity": None, "currentTask": None})
    INSTRUMENTS.append(made)
    return made


@router.post("/scientific/lab/instruments/{instrument}/calibrate")
async def calibrate(instrument: str) -> Dict[str, Any]:
    return changed(INSTRUMENTS, "instrumentId", instrument, {"calibrate": "maintenance"}, "calibrate", "calibrating")


@router.get("/scientific/simulation/jobs")
async def jobs() -> Dict[str, Any]:
    crash_if_broken()
    return {"simulations": SIMULATIONS, "gpuUtilization": None, "queueLength": 0, "source": "live"}


class NewSimulation(BaseModel):
    name: str
    type: str
    config: Dict[str, Any] = {}


@router.post("/scientific/simulation/jobs")
async def new_job(job: NewSimulation) -> Dict[str, Any]:
    made = {"id": f"sim-{uuid.uuid4().hex[:8]}", "name": job.name, "type": job.type, "status": "queued"}
    made.update({"progress": 0, "eta": None, "gpu": None, "config": job.config})
    SIMULATIONS.append(made)
    return made


@router.post("/scientific/simulation/jobs/{job}/{action}")
async def act_on_job(job: str, action: str) -> Dict[str, Any]:
    states = {"pause": "paused", "resume": "running", "cancel": "failed"}
    return changed(SIMULATIONS, "simulationId", job, states, action)


@router.get("/scientific/experiments")
async def experiments() -> Dict[str, Any]:
    crash_if_broken()
    stats = {"running": 0, "pending": 0, "completed": 0, "failed": 0}
    return {"experiments": EXPERIMENTS, "stats": stats, "source": "live"}


class NewExperiment(BaseModel):
    name: str
    parameters: Dict[str, Any] = {}


@router.post("/scientific/experiments")
async def new_experiment(wanted: NewExperiment) -> Dict[str, Any]:
    made = {"id": f"E-{uuid.uuid4().hex[:4].upper()}", "name": wanted.name, "status": "pending"}
    made.update({"currentStep": 0, "totalSteps": 0, "parameters": wanted.parameters, "startedAt": None})
    EXPERIMENTS.append(made)
    return made


@router.post("/scientific/experiments/{experiment}/{action}")
async def act_on_experiment(experiment: str, action: str) -> Dict[str, Any]:
    states = {"start": "running", "pause": "pending", "cancel": "failed"}
    return changed(EXPERIMENTS, "experimentId", experiment, states, action)


@router.get("/scientific/hypotheses")
async def hypotheses() -> Dict[str, Any]:
    crash_if_broken()
    stats = {"proposed": 0, "testing": 0, "validated": 0, "rejected": 0}
    return {"hypotheses": HYPOTHESES, "stats": stats, "source": "live"}


class NewHypothesis(BaseModel):
    statement: str


@router.post("/scientific/hypotheses")
async def new_hypothesis(wanted: NewHypothesis) -> Dict[str, Any]:
    made = {"id": f"H-{uuid.uuid4().hex[:4].upper()}", "statement": wanted.statement, "status": "proposed"}
    made.update({"confidence": None, "experiments": []})
    HYPOTHESES.append(made)
    return made


@router.post("/scientific/hypotheses/{hypothesis}/test")
async def test_hypothesis(hypothesis: str) -> Dict[str, Any]:
    return changed(HYPOTHESES, "hypothesisId", hypothesis, {"test": "testing"}, "test")


@router.get("/scientific/bio/fci/sessions")
async def sessions() -> Dict[str, Any]:
    crash_if_broken()
    return {"sessions": SESSIONS, "electrodeStatus": [], "signalQuality": None, "source": "live"}


class NewSession(BaseModel):
    species: str
    strain: Optional[str] = None


@router.post("/scientific/bio/fci/sessions")
async def new_session(wanted: NewSession) -> Dict[str, Any]:
    made = {"id": f"fci-{uuid.uuid4().hex[:6]}", "species": wanted.species, "strain": wanted.strain, "status": "idle"}
    made.update({"duration": 0, "electrodesActive": 0, "totalElectrodes": 64, "sampleRate": 1000})
    SESSIONS.append(made)
    return made


@router.post("/scientific/bio/fci/sessions/{session}/{action}")
async def act_on_session(session: str, action: str) -> Dict[str, Any]:
    states = {"start": "recording", "pause": "paused", "stop": "idle", "stimulate": "stimulating"}
    return changed(SESSIONS, "sessionId", session, states, action)


@router.get("/scientific/safety/status")
async def safety() -> Dict[str, Any]:
    raise HTTPException(status_code=503, detail="SAFETY_STATUS_URL not configured")


@router.get("/ws/scientific/status")
async def stream_status() -> Dict[str, Any]:
    counts = {event: sum(event in wanted for wanted in state.subscriptions.values()) for event in EVENTS}
    tables = {"experiments": 0, "observations": 0, "datasets": 0, "equipment": 0}
    total = len(state.sockets.get("/ws/scientific", ()))
    return {"status": "online", "totalConnections": total, "subscriptions": counts, "persistence": tables}
