"""Characters per second of the script import, beside reading the scripts alone."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import machine, results, screen, world
from npcs.importing import import_characters
from npcs.scripts.records import ScriptTree
from npcs.scripts.tree import read_scripts
from tenants.context import in_tenant

PER_FILE = 25
TRADES = ("smith", "baker", "guard", "sailor", "herbalist", "innkeeper", "scholar", "miller")
PLACES = ("the old mill", "the west gate", "the third pier", "the chapel", "the salt road")
SCRIPT = """
{map},{x},{y},4\tscript\t{trade} {number}#bench\t4_M_01,{{
\tmes "[{trade} {number}]";
\tmes "Good day, " + strcharinfo(0) + ". I have been the {trade} here for {years} years.";
\tnext;
\tif (select("What do you do all day?", "What is new?") == 1) {{
\t\tmes "[{trade} {number}]";
\t\tmes "I work near {place} from dawn on, and a fair day's work costs {price} zeny.";
\t\tclose;
\t}}
\tmes "[{trade} {number}]";
\tmes "They say somebody lost a ring of number {number} behind {place}.";
\tclose;
}}
"""


def main(*, quick: bool = False, save: bool = False) -> None:
    files = 40 if quick else 200
    with tempfile.TemporaryDirectory() as path, world.game_server() as made:
        folder = Path(path)
        write(folder, files)
        window = machine.Window(machine.stores())
        with screen.progress("import", steps=4) as step, in_tenant(made.server), window:
            step(f"reading {files} files")
            tree, parsing = read(folder)
            step(f"importing {len(tree.characters)} characters")
            importing = imported(tree)
            step("reading again")
            tree, again = read(folder)
            step("importing what has not changed")
            unchanged = imported(tree)
    ways = {
        "read only": parsing,
        "read and import": parsing + importing,
        "read and import again, nothing changed": again + unchanged,
    }
    number = len(tree.characters)
    rows: list[results.Row] = [
        {
            "way": name,
            "NPCs/s": round(number / seconds, 1),
            "seconds": round(seconds, 2),
            "ratio": round(parsing / seconds, 3),
        }
        for name, seconds in ways.items()
    ]
    result = results.Result(
        name="import",
        baseline="reading the same files without a database",
        rows=rows,
        others=window.others,
        quick=quick,
        notes=[f"{number} characters in {files} generated files, of our own text."],
    )
    results.publish(result, screen.console, saved=save)


def write(folder: Path, files: int) -> None:
    for file in range(files):
        numbers = range(file * PER_FILE, (file + 1) * PER_FILE)
        text = "".join(
            SCRIPT.format(
                map=f"bench_{file % 40:02}",
                x=20 + number % 200,
                y=20 + number // 7 % 200,
                trade=TRADES[number % len(TRADES)],
                place=PLACES[number % len(PLACES)],
                years=1 + number % 40,
                price=10 + number % 990,
                number=number,
            )
            for number in numbers
        )
        (folder / f"part{file:04}.txt").write_text(text)


def read(folder: Path) -> tuple[ScriptTree, float]:
    began = time.perf_counter()
    tree = read_scripts([folder])
    return tree, time.perf_counter() - began


def imported(tree: ScriptTree) -> float:
    began = time.perf_counter()
    import_characters(tree.characters)
    return time.perf_counter() - began
