"""What a person sees: one line a step, and one screen at the end."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

LINKS = {"grpc": "gRPC", "http": "web", "admin_url": "admin", "live_url": "live view"}


class Screen:
    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.errors = Console(highlight=False, soft_wrap=True, stderr=True, style="red")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        started = time.monotonic()
        with self.console.status(f"{title} ..."):
            yield
        self.done(title, started)

    def done(self, title: str, started: float) -> None:
        seconds = time.monotonic() - started
        self.console.print(f"[green]✓[/] {title:<44} [dim]{seconds:5.1f} s[/]")

    def say(self, text: str) -> None:
        self.console.print(text, markup=False)

    def fail(self, text: str) -> None:
        self.errors.print(f"✗ {text}", markup=False)

    def welcome(
        self, facts: Mapping[str, object], *, demo_file: str, mails: str, seconds: float
    ) -> None:
        table = Table.grid(padding=(0, 2))
        for key, name in LINKS.items():
            table.add_row(f"[dim]{name}[/]", str(facts.get(key, "")))
        table.add_row("[dim]staff login[/]", f"{facts.get('username')} / {facts.get('password')}")
        table.add_row("[dim]API key[/]", str(facts.get("api_key")))
        table.add_row("[dim]mails[/]", mails)
        table.add_row("[dim]all of this[/]", demo_file)
        title = f"AI World is ready ({seconds:.0f} s)"
        self.console.print(Panel(table, title=title, expand=False), soft_wrap=False)
        self.console.print(
            "Three things to try\n"
            f"  1. [bold]make talk[/] in another terminal: talk with {facts.get('npc')}\n"
            f"  2. change what {facts.get('npc')} knows in the admin, and ask again\n"
            "  3. open the live view beside it and watch the conversation\n"
            "[dim]Ctrl-C stops everything; the data stays.[/]"
        )
