"""What the map-server's library costs: for the game's thread to begin 100 calls in one tick, and
for a call to go through it instead of straight through gRPC. Aim: 3 ms more at the median."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from aiworld.settings.env import BASE_DIR
from benchmarks import machine, results, screen, world
from benchmarks.processes import NOBODY, processes
from tenants.context import in_schema
from tenants.models import Server

BUILD = BASE_DIR / "build" / "rathena" / "bench"
DIRECT, BRIDGED = "direct call", "call through the bridge"
CONF = "ai_sidecar_enabled: yes\nai_sidecar_endpoint: {0}\nai_sidecar_api_key: {1}\n"


def main(*, quick: bool = False, save: bool = False) -> None:
    program = build()
    with world.game_server() as made, processes() as started:
        with in_schema():
            limits = {"rate_limit_per_minute": 1_000_000, "rate_limit_per_hour": 1_000_000}
            Server.objects.filter(pk=made.server.pk).update(**limits)
        server = started.grpc_server("grpc", {"INFERENCE_SOCKET": NOBODY})
        window = machine.Window(machine.stores() | {"grpc": [server.pid]})
        with window:
            found = measure(program, server.address, made.api_key, 400 if quick else 4000)
    added = found[BRIDGED]["p50"] - found[DIRECT]["p50"]
    result = results.Result(
        name="bridge",
        baseline=f"the same call straight through gRPC, in turn; {added:.2f} ms more (median)",
        rows=[{"what": name, **times} for name, times in found.items()],
        others=window.others,
        quick=quick,
        notes=[
            "Milliseconds. The call is a FetchReply of nothing: as little work for the server as a "
            "call can be.",
            "A tick is 20 ms; what it takes longer is what the bridge and the machine add.",
        ],
    )
    results.publish(result, screen.console, saved=save)


def build() -> Path:
    """The measuring program, made of clients/rathena."""
    source = BASE_DIR / "clients" / "rathena"
    options = ["-DAI_BRIDGE_BENCH=ON", "-DAI_BRIDGE_TESTS=OFF"]
    subprocess.run(
        ["cmake", "-S", source, "-B", BUILD, "-G", "Ninja", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(["cmake", "--build", BUILD], check=True, stdout=subprocess.DEVNULL)
    return BUILD / "bridge_bench"


def measure(program: Path, endpoint: str, key: str, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds by what was measured: p50, p99, max."""
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "ai_sidecar.conf"
        conf.touch(mode=0o600)
        conf.write_text(CONF.format(endpoint, key))
        command = [str(program), str(conf), endpoint, key, str(rounds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found
