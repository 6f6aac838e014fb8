"""The script commands for rAthena, compiled against a stand-in for its engine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import CI

CLIENT = Path(__file__).parents[2] / "clients/rathena"
CUSTOM = CLIENT / "src/custom/ai_world"
SCRIPTS = CLIENT / "npc/custom/ai_world"
TIER0 = CLIENT / "tier0/npc/custom/ai_world_tier0"
# What waits, changes something, or ends the script where its argument is none.
EAGER = re.compile(
    r"(?:&&|\|\||\?).*\b(?:callfunc|callsub|select|input|query_sql|ai_\w+(?<!_code)|getunittype"
    r"|getmapflag|checkcell)\s*\(|>= 0 \?[^:]*\["
)


@pytest.fixture(scope="module")
def compiler() -> str:
    found = shutil.which("g++") or shutil.which("clang++")
    if found is None:
        message = "no C++ compiler: the script commands for rAthena were not compiled (apt: g++)"
        pytest.fail(message) if CI else pytest.skip(message)
    return found


def test_scripts_that_wait_are_answered_or_dropped_but_never_mixed_up(
    compiler: str, tmp_path: Path
) -> None:
    program = tmp_path / "scripts"
    flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-O0", "-g"]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    source = CLIENT / "tests/engine/test_scripts.cpp"
    parts = [f"-I{CLIENT / 'include'}", str(source), "-o", str(program), "-ldl", "-pthread"]
    built = subprocess.run(
        [compiler, *flags, *sanitizers, *parts], capture_output=True, text=True, timeout=300
    )
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([str(program)], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "all well" in ran.stdout


def test_every_command_has_a_body_and_every_body_a_command() -> None:
    declared = set(
        re.findall(r"^BUILDIN_DEF\((\w+),", (CUSTOM / "script_def.inc").read_text(), re.MULTILINE)
    )
    bodies = {
        name
        for part in CUSTOM.glob("*.inc")
        for name in re.findall(r"^BUILDIN_FUNC\((\w+)\)", part.read_text(), re.MULTILINE)
    }
    assert declared == bodies
    assert {"ai_talk", "ai_dialogue", "ai_decision", "ai_quest", "ai_remember"} <= declared


def test_example_scripts_call_only_commands_and_functions_that_exist() -> None:
    declared = set(re.findall(r"BUILDIN_DEF\((\w+),", (CUSTOM / "script_def.inc").read_text()))
    texts = [path.read_text(encoding="ascii") for path in SCRIPTS.glob("*.txt")]
    bare = [re.sub(r'"[^"\n]*"|//[^\n]*', "", text) for text in texts]
    called = {name for text in bare for name in re.findall(r"\b(ai_[a-z_]+)\b", text)}
    assert called - {"ai_world"} <= declared | {"ai_code", "ai_reason", "ai_lines", "ai_memories"}
    heads = re.compile(r"^function\tscript\t(\w+)", re.MULTILINE)
    functions = {name for text in texts for name in heads.findall(text)}
    used = {name for text in texts for name in re.findall(r'callfunc\(? ?"(\w+)"', text)}
    assert used <= functions


def test_no_script_relies_on_a_condition_to_keep_its_other_half_from_running() -> None:
    """rAthena works out both sides of && and ||, and both answers of ?:."""
    for path in (*SCRIPTS.glob("*.txt"), *TIER0.glob("*.txt")):
        for line in path.read_text(encoding="ascii").splitlines():
            code = re.sub(r'"[^"\n]*"', '""', line.partition("//")[0])
            assert not EAGER.search(code), f"{path.name}: {line.strip()}"


def test_names_of_example_npcs_fit_the_client() -> None:
    for path in SCRIPTS.glob("*.txt"):
        for name in re.findall(
            r"^\w+,\d+,\d+,\d\tscript\t([^\t]+)\t", path.read_text(), re.MULTILINE
        ):
            assert len(name.encode()) <= 23, name


def test_every_setting_of_the_template_is_one_the_commands_know_with_its_default() -> None:
    known = dict(
        re.findall(r'\{"(ai_world_\w+)", ("[^"]*"|\d+)', (CUSTOM / "settings.inc").read_text())
    )
    template = {}
    for line in (CLIENT / "conf/import/ai_world.conf").read_text().splitlines():
        if line and not line.startswith("//"):
            key, _, value = line.partition(":")
            template[key] = {"yes": "1", "no": "0"}.get(value.strip(), value.strip())
    assert template == {key: value.strip('"') for key, value in known.items()}
