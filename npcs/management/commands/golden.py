"""`manage.py golden`: replay recorded talks; the exit status says whether all passed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from npcs import golden
from npcs.management.commands.import_npcs import server_named
from npcs.models import Conversation, GoldenConversation, GoldenRun
from tenants.context import in_tenant

BY = "manage.py golden"


class Command(BaseCommand):
    help = "Replay golden conversations, or record one. Fails if one does not pass."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", required=True, help="name or id of the game server")
        parser.add_argument("--npc", default="", help="only this NPC's: map/unique name")
        parser.add_argument("--llm", action="store_true", help="ask the language model; costs")
        parser.add_argument("--record", type=int, metavar="CONVERSATION", help="keep this talk")
        parser.add_argument("--name", default="", help="what the recorded talk is called")
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_tenant(server_named(options["server"])):
            if options["record"] is not None:
                self._record(options)
                return
            chosen = GoldenConversation.objects.filter(is_active=True).select_related("npc")
            if options["npc"]:
                chosen = chosen.filter(npc__key=options["npc"])
            runs = [golden.run_now(one, by=BY, with_llm=options["llm"]) for one in chosen]
            self._report(runs, as_json=options["json"])

    def _record(self, options: dict[str, Any]) -> None:
        talk = Conversation.objects.filter(pk=options["record"]).first()
        if talk is None:
            raise CommandError(f"there is no conversation {options['record']}")
        try:
            made = golden.record(talk, name=options["name"] or f"talk {talk.pk}", by=BY)
        except AIWorldError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"recorded {made.name!r}: {len(made.lines)} lines of {made.npc.key}")

    def _report(self, runs: list[GoldenRun], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([_row(run) for run in runs], ensure_ascii=False))
        for run in () if as_json else runs:
            verdict = "passed" if run.passed else "FAILED"
            scores = f"persona {run.persona} language {run.language} safety {run.safety}"
            self.stdout.write(f"{verdict}  {run.golden.npc.key}  {run.golden.name}: {scores}")
            for line in run.lines:
                if line["why"]:
                    self.stdout.write(f"    “{line['player']}” -> “{line['npc']}”")
                    self.stdout.write(f"        {'; '.join(line['why'])}")
            if run.note:
                self.stdout.write(f"    {run.note}")
        failed = sum(not run.passed for run in runs)
        if failed:
            raise CommandError(f"{failed} of {len(runs)} did not pass")


def _row(run: GoldenRun) -> dict[str, Any]:
    return {
        "npc": run.golden.npc.key,
        "name": run.golden.name,
        "passed": run.passed,
        "persona": run.persona,
        "language": run.language,
        "safety": run.safety,
        "note": run.note,
        "lines": run.lines,
    }
