"""The voice bridge, which is a program of its own, and what MAS has beside it; here they share an address."""
import asyncio
import json
import random
import struct
import uuid
from typing import Any, AsyncIterator, Dict, List, Optional

from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, StreamingResponse
from mas_state import state, zoned_utc

router = APIRouter()

WARM_UP_S = 0.3
FRAME_S = 0.08
sessions: Dict[str, Dict[str, Any]] = {}


def crc_table() -> List[int]:
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7) if crc & 0x80000000 else crc << 1
        table.append(crc & 0xFFFFFFFF)
    return table


CRC = crc_table()


def checksum(page: bytes) -> int:
    crc = 0
    for byte in page:
        crc = ((crc << 8) ^ CRC[((crc >> 24) ^ byte) & 0xFF]) & 0xFFFFFFFF
    return crc


class Pages:
    """One Ogg stream: headers and checksums are right, the packets are noise."""

    def __init__(self) -> None:
        self.serial = random.getrandbits(32)
        self.sequence = 0
        self.granule = 0

    def page(self, packets: List[bytes], flags: int) -> bytes:
        lacing = bytes(len(packet) for packet in packets)
        head = struct.pack("<4sBBqIII", b"OggS", 0, flags, self.granule, self.serial, self.sequence, 0)
        self.sequence += 1
        page = bytearray(head + bytes([len(lacing)]) + lacing + b"".join(packets))
        page[22:26] = struct.pack("<I", checksum(bytes(page)))
        return bytes(page)

    def headers(self) -> List[bytes]:
        head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 24000, 0, 0)
        return [self.page([head], 2), self.page([b"OpusTags" + struct.pack("<I3sI", 3, b"sim", 0)], 0)]

    def audio(self) -> bytes:
        self.granule += 3840
        return self.page([packet() for _ in range(4)], 0)


def packet() -> bytes:
    return b"\x68" + bytes(random.getrandbits(8) for _ in range(30))


@router.get("/health")
async def health() -> Dict[str, Any]:
    local = "local-stt" in state.modes
    return {
        "status": "healthy",
        "version": "8.2.0",
        "moshi_available": "moshi-down" not in state.modes,
        "moshi_url": "http://192.0.2.20:8998",
        "local_stt_mode": local,
        "features": {"full_duplex": not local},
    }


def create(session: str, conversation: Optional[str], voice: str) -> Dict[str, Any]:
    sessions[session] = {"conversation": conversation or str(uuid.uuid4()), "voice": voice, "said": False}
    return sessions[session]


@router.post("/session")
async def open_session(request: Request) -> Dict[str, Any]:
    asked = json.loads(await request.body() or b"{}")
    state.said("/session", json.dumps(asked))
    session = str(uuid.uuid4())
    made = create(session, asked.get("conversation_id"), asked.get("voice", "myca"))
    ids = {"session_id": session, "conversation_id": made["conversation"], "user_id": None}
    return {**ids, "created_at": zoned_utc(), "history_count": 0, "duplex_enabled": True}


@router.get("/session/{session}/history")
async def history(session: str) -> JSONResponse:
    if session not in sessions:
        return JSONResponse(status_code=404, content={"error": "Session not found"})
    return JSONResponse({"session_id": session, "transcript_history": [], "loaded_history": [], "total_turns": 0})


class Talk:
    """One socket of one session."""

    def __init__(self, websocket: WebSocket, session: str, made: Dict[str, Any]) -> None:
        self.websocket = websocket
        self.session = session
        self.made = made
        self.pages = Pages()
        self.speaking = False

    async def warm_up(self) -> None:
        local = "local-stt" in state.modes
        ready = {"session_id": self.session, "voice": self.made["voice"], "voice_prompt": "NATF2.pt"}
        await self.websocket.send_json({"type": "bridge_ready", **ready, "moshi_pending": not local, "local_stt_mode": local})
        if "moshi-down" in state.modes:
            await self.websocket.send_json({"type": "error", "message": "Moshi unreachable at localhost:8998"})
            await self.websocket.close()
            return
        await asyncio.sleep(WARM_UP_S)
        if self.made["said"]:  # once per session id, whoever is connected
            return
        self.made["said"] = True
        await self.websocket.send_bytes(b"\x00")
        await self.websocket.send_json({"type": "moshi_ready", **ready})
        for page in self.pages.headers():
            await self.websocket.send_bytes(b"\x01" + page)
        await self.say([" Hi", ",", " I", " am", " simulated", "."])

    async def say(self, tokens: List[str]) -> None:
        self.speaking = True
        for token in tokens:
            if not self.speaking:
                break
            await self.websocket.send_bytes(b"\x01" + self.pages.audio())
            await self.websocket.send_json({"type": "text", "text": token, "speaker": "myca"})
            await asyncio.sleep(FRAME_S)
        self.speaking = False

    async def event(self, kind: str, data: Dict[str, Any]) -> None:
        event = {"id": data.get("id", str(uuid.uuid4())), "type": kind, "source": "personaplex_bridge", "message": kind}
        await self.websocket.send_json({"type": "mas_event", "event": {**event, "timestamp": zoned_utc(), "data": data}})

    async def typed(self, text: str) -> None:
        tool = {"id": f"brain_{self.session[:8]}", "tool": "mas_brain_query"}
        reply = {"type": "brain_response", "content": f'Simulated answer to "{text}".', "status": "available"}
        await self.event("tool_call", {**tool, "query": text[:50], "status": "running"})
        await self.event("injection", reply)
        await self.websocket.send_json({"type": "text", "text": reply["content"], "speaker": "myca"})
        await self.websocket.send_json({"type": "tts_stream_start", "packets": 12})
        for _ in range(12):
            await self.websocket.send_bytes(b"\x01" + packet())
        await self.event("tool_call", {**tool, "status": "success", "duration": 0})
        await asyncio.sleep(0.2)
        await self.event("injection", {**reply, "content": reply["content"] + " And more."})

    async def interrupt(self) -> None:
        self.speaking = False
        for _ in range(2):  # these were under way
            await self.websocket.send_bytes(b"\x01" + self.pages.audio())


@router.websocket("/ws/{session:uuid}")
async def bridge(websocket: WebSocket, session: uuid.UUID, conversation_id: Optional[str] = None, voice: str = "moshika") -> None:
    path = "/ws/session"
    await websocket.accept()
    state.joined(path, websocket)
    made = sessions.get(str(session)) or create(str(session), conversation_id, voice)
    talk = Talk(websocket, str(session), made)
    tasks = [asyncio.get_running_loop().create_task(talk.warm_up())]
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                break
            data = message.get("bytes")
            if data is not None:
                state.said(path, f"binary {data[0] if data else ''} {len(data)}")
                if "echo" in state.modes and data[:1] == b"\x01":  # what was said aloud, in her place
                    await websocket.send_bytes(data)
                continue
            try:
                said = json.loads(message["text"])
            except ValueError:
                continue
            state.said(path, json.dumps(said))
            kind = said.get("type")  # what is no object ends the session
            if kind == "barge_in" or said.get("interrupt"):
                await talk.interrupt()
            elif kind == "user_speech" and said.get("text"):
                tasks.append(asyncio.get_running_loop().create_task(talk.typed(said["text"])))
    except Exception:
        pass
    finally:
        for task in tasks:
            task.cancel()
        state.left(path, websocket)
        try:
            await websocket.close()
        except Exception:  # it went by itself
            pass


@router.websocket("/ws/crep/commands")
async def map_commands(websocket: WebSocket) -> None:
    path = "/ws/crep/commands"
    await websocket.accept()
    state.joined(path, websocket)
    try:
        hello = {"type": "connected", "message": "Connected to CREP voice command channel", "timestamp": zoned_utc()}
        await websocket.send_json(hello)
        while True:
            try:
                said = json.loads(await websocket.receive_text())
            except ValueError:
                continue
            state.said(path, json.dumps(said))
            if said.get("type") == "ping":
                await websocket.send_json({"type": "pong"})
            elif said.get("type") == "command" and "zoom in" in said.get("text", ""):
                command = {"type": "zoomBy", "delta": 1}
                answer = {"type": "frontend_command", "command": command, "speak": "Zooming in.", "timestamp": zoned_utc()}
                await websocket.send_json(answer)
    except Exception:
        pass
    finally:
        state.left(path, websocket)


@router.websocket("/ws/voice/v9")
async def text_session(websocket: WebSocket) -> None:
    path = "/ws/voice/v9"
    await websocket.accept()
    state.joined(path, websocket)
    session: Optional[str] = None
    barge_ins = 0
    try:
        await websocket.send_json({"type": "connected", "message": "Voice v9 WebSocket connected", "timestamp": zoned_utc()})
        while True:
            try:
                said = json.loads(await websocket.receive_text())
            except ValueError:
                await websocket.send_json({"type": "error", "message": "Invalid JSON"})
                continue
            state.said(path, json.dumps(said))
            kind = said.get("type")
            if kind == "create_session":
                session = str(uuid.uuid4())
                made = {"session_id": session, "conversation_id": said.get("conversation_id"), "timestamp": zoned_utc()}
                await websocket.send_json({"type": "session_created", **made})
            elif kind == "ping":
                await websocket.send_json({"type": "pong", "timestamp": zoned_utc()})
            elif session is None:
                await websocket.send_json({"type": "error", "message": "No session"})
            elif kind == "transcript":
                await websocket.send_json({"type": "transcript_ack", "chunk_id": str(uuid.uuid4()), "timestamp": zoned_utc()})
                if said.get("is_final"):
                    answer = {"session_id": session, "text": "All instruments are online.", "provider": "mas_bridge"}
                    await websocket.send_json({"type": "assistant_text", **answer, "timestamp": zoned_utc()})
            elif kind == "barge_in":
                barge_ins += 1
                await websocket.send_json({"type": "barge_in_acked", "session_id": session, "timestamp": zoned_utc()})
                interrupt = {"is_speaking": False, "has_interrupted_draft": True, "interrupted_draft_text": "All instr"}
                counted = {"barge_in_count": barge_ins, "state": "interrupted", "timestamp": zoned_utc()}
                await websocket.send_json({"type": "interrupt_state", "session_id": session, **interrupt, **counted})
            elif kind == "get_persona":
                persona = {"persona_locked": True, "rewrite_count": 0, "last_rewrite_reason": None, "drift_detected": False}
                await websocket.send_json({"type": "persona_state", "session_id": session, **persona, "metadata": {}})
            elif kind == "end_session":
                await websocket.send_json({"type": "session_ended", "session_id": session, "timestamp": zoned_utc()})
                session = None
            else:
                await websocket.send_json({"type": "unknown", "received_type": kind})
    except WebSocketDisconnect:
        pass
    except Exception:
        pass
    finally:
        state.left(path, websocket)


async def brain(message: str) -> AsyncIterator[str]:
    for index, token in enumerate(["Simulated", " answer", " to", f' "{message}"', "."]):
        if index == 2 and "brain-error" in state.modes:
            yield f'data: {json.dumps({"error": "model unavailable"})}\n\n'
            return
        yield f"data: {json.dumps({'token': token})}\n\n"
        await asyncio.sleep(0.02)
    yield f"data: {json.dumps({'done': True, 'session_id': str(uuid.uuid4()), 'conversation_id': str(uuid.uuid4())})}\n\n"


@router.post("/voice/brain/stream")
async def brain_stream(request: Request) -> StreamingResponse:
    asked = json.loads(await request.body())
    return StreamingResponse(brain(asked.get("message", "")), media_type="text/event-stream")


@router.post("/voice/command")
async def voice_command(request: Request) -> Dict[str, Any]:
    text = json.loads(await request.body()).get("text", "")
    understood = "zoom in" in text
    command = {"type": "zoomBy", "delta": 1} if understood else None
    words = {"domain": "map" if understood else "unknown", "action": "zoom" if understood else None, "speak": None}
    rest = {"frontend_command": command, "needs_llm_response": not understood, "error": None, "raw_text": text}
    return {"success": understood, **words, **rest, "timestamp": zoned_utc()}
