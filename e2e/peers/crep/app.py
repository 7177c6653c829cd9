"""The website behind the CREP map as far as tests need it: a FastAPI program on uvicorn with its lists, its socket and its habits.

python3 app.py [port]     prints its address, then serves until it is ended
"""
import asyncio
import math
import socket
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI(title="CREP peer")
STARTED = time.time()


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")


def naive(seconds: float) -> str:
    """UTC that does not say so."""
    return datetime.utcfromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")


def aircraft() -> List[Any]:
    now = time.time()
    east = (now - STARTED) * 230 / 71_500
    flying = {
        "id": "osky-3c4b26", "icao": "3C4B26", "callsign": "REAL1   ", "lat": 50.0, "lng": 8.0 + east,
        "altitude": 10_500, "heading": 90, "velocity": 230, "verticalRate": 0, "onGround": False,
        "source": "opensky", "timestamp": iso(now),
    }
    distressed = {**flying, "id": "osky-3c4b27", "icao": "3c4b27", "callsign": "REAL2", "lat": 48.0,
                  "squawk": "7700", "timestamp": naive(now)}
    nowhere = {**flying, "id": "osky-3c4b28", "icao": "3c4b28", "callsign": "REAL3", "lat": 0, "lng": 0}
    return [flying, distressed, nowhere, None, "not an aircraft", {"lat": 1, "lng": 1}]


def vessels() -> List[Any]:
    now = time.time()
    return [
        {"id": f"mmsi-21100000{n}", "mmsi": f"21100000{n}", "name": f"REAL SHIP {n}", "lat": 54.0 + n / 10, "lng": 8.0,
         "sog": 12.4, "cog": 270, "heading": 511, "shipType": 70, "source": "aisstream", "timestamp": iso(now)}
        for n in range(5)
    ]


def satellites() -> List[Dict[str, Any]]:
    epoch = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat().replace("+00:00", "")
    return [
        {"id": "sat-25544", "noradId": 25544, "name": "REAL STATION", "lat": 0, "lng": 0, "altitude": 420,
         "orbitType": "LEO", "objectType": "PAYLOAD", "source": "celestrak", "timestamp": iso(time.time()),
         "tleEpoch": epoch, "meanMotion": 15.5, "eccentricity": 0.0005, "inclination": 51.64, "raAscNode": 120.0,
         "argPericenter": 80.0, "meanAnomaly": math.degrees(time.time() % 6) % 360, "bstar": 0.0002}
    ]


def list_of(name: str, items: List[Any]) -> Dict[str, Any]:
    return {"source": "registry", "total": len(items), name: items, "available": True, "cached": False}


@app.get("/api/oei/flightradar24")
async def flightradar24() -> Dict[str, Any]:
    return list_of("aircraft", aircraft())


@app.get("/api/oei/aisstream")
async def aisstream() -> Dict[str, Any]:
    return {"success": True, "isLive": True, **list_of("vessels", vessels())}


@app.get("/api/oei/satellites")
async def registry() -> Dict[str, Any]:
    return list_of("satellites", satellites())


@app.get("/api/natureos/global-events")
async def global_events() -> Dict[str, Any]:
    now = time.time()
    quake = {"id": "usgs-real", "type": "earthquake", "title": "M5.1 <b>REAL</b> quake", "description": "",
             "severity": "high", "timestamp": iso(now - 600), "location": {"latitude": 38.0, "longitude": 22.0, "depth": 9},
             "magnitude": 5.1, "source": "usgs"}
    return {"events": [quake], "total": 1}


@app.get("/api/oei/eonet")
@app.get("/api/oei/nws-alerts")
async def no_events() -> Dict[str, Any]:
    return {"events": [], "total": 0}


@app.get("/api/oei/space-weather")
async def space_weather() -> Dict[str, Any]:
    return {"available": False, "scales": None, "solarWind": None, "magneticField": None, "indices": None}


@app.get("/api/crep/mycosoft-devices")
@app.get("/api/mycobrain/devices")
async def devices() -> Dict[str, Any]:
    return {"devices": [], "total": 0, "count": 0, "available": True}


@app.get("/api/crep/feed/{feed}")
async def feed(feed: str) -> Dict[str, Any]:
    return {"type": "FeatureCollection", "source": feed, "count": 0, "features": []}


@app.websocket("/api/entities/stream")
async def entities(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            # Often there is nothing to say but that it lives.
            await websocket.send_json({"entities": [], "server_time_ms": int(time.time() * 1000)})
            await asyncio.sleep(1)
    except WebSocketDisconnect:
        return


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
