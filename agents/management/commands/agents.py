"""The agents: what there is, and one run of one of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agents import reference, runner
from agents.catalogue import AGENTS
from agents.choices import all_chosen
from agents.models import AgentRun
from agents.runner import Order
from aiworld.errors import AIWorldError
from aiworld.loops import wait_for
from tenants.context import in_schema, in_tenant
from tenants.models import Server


class Command(BaseCommand):
    help = "agents list, or agents run KEY: what there is, and one run of one of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="every agent, and what the server's owner chose")
        listing.add_argument("--server", help="server id, or its name; without: the catalogue")
        listing.add_argument("--json", action="store_true", help="for programs")
        verbs.add_parser("reference", help="write docs/reference/agents.md anew")
        running = verbs.add_parser("run", help="one run, now")
        running.add_argument("agent", help="key of the agent")
        running.add_argument("--server", required=True, help="server id, or its name")
        running.add_argument(
            "--subject", default="everybody", help="what it runs over: a character id, a key"
        )
        running.add_argument(
            "--asked", default="{}", help='what it is given, as JSON: {"deed": "help"}'
        )
        running.add_argument("--window", help="runs once in it; without: now")
        running.add_argument("--no-llm", action="store_true", help="by rules, whatever is set")
        running.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self._list(options)
        elif options["verb"] == "reference":
            reference.PAGE.write_text(reference.page(), "utf-8")
        else:
            with in_tenant(_server(options["server"])):
                self._run(options)

    def _list(self, options: dict[str, Any]) -> None:
        chosen = {}
        if options["server"]:
            with in_tenant(_server(options["server"])):
                chosen = {key: asdict(choice) for key, choice in all_chosen().items()}
        rows = [
            {
                "key": spec.key, "group": spec.group, "purpose": str(spec.purpose),
                "may_change": str(spec.may_change), "calls": list(spec.calls),
                "every": spec.every, "asks_model": spec.asks_model,
                **({"chosen": chosen[spec.key]} if chosen else {}),
            }
            for spec in AGENTS
        ]  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(rows, default=str))
            return
        for row in rows:
            self.stdout.write(f"{row['key']:18} {row['purpose']}")

    def _run(self, options: dict[str, Any]) -> None:
        subject, window = options["subject"], options["window"] or timezone.now().isoformat()
        try:
            asked = json.loads(options["asked"])
        except ValueError as error:
            raise CommandError(f"--asked is no JSON: {error}") from error
        if not isinstance(asked, dict):
            raise CommandError("--asked is no JSON object")
        order = Order(
            agent=options["agent"], subject=subject, window=window, params=asked,
            cause=AgentRun.Cause.PERSON, by="command line",
            char_id=int(subject) if subject.isdecimal() else None,
        )  # fmt: skip
        try:
            done = wait_for(runner.run(order, seconds=60.0, with_model=not options["no_llm"]))
        except AIWorldError as error:
            raise CommandError(error.message) from error
        self._show(done.run_id, repeated=done.repeated, as_json=options["json"])

    def _show(self, run_id: int, *, repeated: bool, as_json: bool) -> None:
        run = AgentRun.objects.get(pk=run_id)
        changed = list(run.changes.values("label", "row", "action", "before", "after"))
        if as_json:
            told = {
                "run": run.pk, "agent": run.agent, "subject": run.subject, "source": run.source,
                "output": run.output, "result": run.result, "changed": changed, "idle": run.idle,
                "cost": str(run.cost), "seconds": run.seconds, "repeated": repeated,
            }  # fmt: skip
            self.stdout.write(json.dumps(told))
            return
        again = " (done before)" if repeated else ""
        self.stdout.write(f"{run.agent} over {run.subject}, by {run.source}{again}: {run.result}")
        if run.idle:
            self.stdout.write(f"  changed nothing: {run.idle}")
        for row in changed:
            self.stdout.write(f"  {row['action']} {row['label']} {row['row']}: {row['after']}")
        self.stdout.write(f"{run.seconds:.3f} s, cost {run.cost}")


def _server(name: str) -> Server:
    try:
        with in_schema():
            return Server.objects.named(name)
    except Server.DoesNotExist as error:
        raise CommandError(f"no server is called {name!r}") from error
