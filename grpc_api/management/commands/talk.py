"""`manage.py talk`: talk with an NPC as a player would, over the real gRPC call."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import grpc
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prompt_toolkit import PromptSession
from rich.console import Console

from aiworld.demo import read_facts
from grpc_api.client import Talker, Trust

ADDRESS_HELP = "host:port of the gRPC server (default: where this installation runs it)"


class Command(BaseCommand):
    help = "Talk with an NPC over gRPC. Without --say it opens a prompt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", default="demo", help="name or id of the game server")
        parser.add_argument("--npc", help="stable key, e.g. prontera/Smith#town")
        parser.add_argument("--as", dest="name", default="Traveller", help="the character's name")
        parser.add_argument("--char-id", type=int, default=150_000, help="the character's id")
        parser.add_argument("--say", help="one thing to say; then print the answer and end")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
        parser.add_argument("--api-key", help="default: AIWORLD_API_KEY, or the demo server's")
        parser.add_argument("--address", help=ADDRESS_HELP)
        parser.add_argument("--ca-cert", type=Path, help="PEM file: TLS, and whom to believe")
        parser.add_argument("--client-cert", type=Path, help="PEM file, for mutual TLS")
        parser.add_argument("--client-key", type=Path, help="PEM file, for mutual TLS")
        parser.add_argument("--timeout", type=float, default=10.0, help="seconds per answer")

    def handle(self, *args: Any, **options: Any) -> None:
        facts = read_facts()
        if options["server"] not in ("demo", facts.get("server_id")):
            facts = {"grpc": facts.get("grpc")}
        key = options["api_key"] or os.environ.get("AIWORLD_API_KEY") or facts.get("api_key")
        npc = options["npc"] or facts.get("npc")
        if not key:
            raise CommandError(
                f"no API key for {options['server']}: give --api-key or set AIWORLD_API_KEY"
            )
        if not npc:
            raise CommandError("which NPC? give --npc <map>/<unique name>")
        address = (
            options["address"] or facts.get("grpc") or f"{settings.GRPC_HOST}:{settings.GRPC_PORT}"
        )
        names = {"npc": npc, "name": options["name"], "char_id": options["char_id"]}
        try:
            talker = Talker(address, key, **names, trust=_trust(options))
        except OSError as error:
            raise CommandError(str(error)) from None
        try:
            self._talk(talker, npc, options)
        except grpc.RpcError as error:
            raise CommandError(f"{error.code().name}: {error.details()}") from None
        finally:
            talker.close()

    def _talk(self, talker: Talker, npc: str, options: dict[str, Any]) -> None:
        if options["say"] is None:
            self._converse(talker, npc, options)
            return
        answer = talker.say(options["say"], timeout=options["timeout"])
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(answer["text"])

    def _converse(self, talker: Talker, npc: str, options: dict[str, Any]) -> None:
        console = Console()
        console.print(f"[bold]{npc}[/bold] looks at you. (empty line or Ctrl-D: leave)")
        prompt: PromptSession[str] = PromptSession()
        while True:
            try:
                said = prompt.prompt(f"{options['name']}> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if not said:
                return
            self._show(console, talker.say(said, timeout=options["timeout"]))

    def _show(self, console: Console, answer: dict[str, Any]) -> None:
        console.print(answer["text"], style="cyan", markup=False)
        facts = f"{answer['emotion']} · trust {answer['trust']} ({answer['trust_change']:+}) · "
        facts += f"{answer['source']} · {answer['latency_ms']:.0f} ms"
        console.print(facts, style="dim", markup=False)
        for memory in answer["recalled"]:
            line = f"remembers {memory['happened_at'][:10]}: {memory['text']}"
            console.print(line, style="dim", markup=False)


def _trust(options: dict[str, Any]) -> Trust | None:
    if options["ca_cert"] is None:
        return None
    return Trust(options["ca_cert"], options["client_cert"], options["client_key"])
