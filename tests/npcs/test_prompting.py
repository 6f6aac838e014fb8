"""What a language model is told: templates that may change, and what is left out first."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inference import tokens
from npcs import prompting
from npcs.brief import Brief, Fact, Persona, Recollection, Turn
from npcs.prompt_files import LOOK, PromptFiles

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WHO = Persona(
    key="prontera/Brannoc", name="Brannoc", role="blacksmith", map_name="prontera", x=1, y=1,
    openness=0.5, conscientiousness=0.5, extraversion=0.5, agreeableness=0.5, neuroticism=0.5,
    alignment="true_neutral", background="You lost a hand at Glastheim.", speech_style="Curt.",
    mood="sad",
)  # fmt: skip
BRIEF = Brief(
    persona=WHO, player_name="Aline", language="en", text="Where is the mine?", trust=3.0,
    met_before=True, now=NOW,
    facts=tuple(
        Fact(id=at, topic="", text=f"Fact {at} is a thing to know.", sensitivity=0)
        for at in range(5)
    ),
    memories=tuple(
        Recollection(
            id=at, text=f"Memory {at} of my sister.", speaker="player", subject="", place="",
            happened_at=NOW, importance=5,
        )
        for at in range(4)
    ),
    recent=tuple(
        Turn(speaker="npc" if at % 2 else "player", text=f"Turn {at} was said.", at=NOW)
        for at in range(6)
    ),
)  # fmt: skip


def text_of(told):
    return "\n".join(message["content"] for message in told.messages)


def held(told, word):
    """The numbers of the turns, memories or facts that a model is told."""
    return [at for at in range(6) if f"{word} {at} " in text_of(told)]


class TestBounds:
    def test_what_fits_is_told_whole(self):
        told = prompting.told(BRIEF)
        assert told.brief == BRIEF
        assert (held(told, "Turn"), held(told, "Memory"), held(told, "Fact")) == (
            [0, 1, 2, 3, 4, 5], [0, 1, 2, 3], [0, 1, 2, 3, 4],
        )  # fmt: skip

    def test_the_oldest_turns_go_first_then_the_worst_memories_then_the_worst_facts(self):
        whole = tokens.count_chat(prompting.told(BRIEF).messages)
        before = (6, 4, 5)
        for most in range(whole, whole - 150, -10):
            told = prompting.told(BRIEF, most=most)
            turns, memories, facts = (held(told, word) for word in ("Turn", "Memory", "Fact"))
            assert turns == list(range(6 - len(turns), 6))
            assert memories == list(range(len(memories))) and facts == list(range(len(facts)))
            assert len(memories) == 4 or not turns
            assert len(facts) == 5 or not memories
            now = (len(turns), len(memories), len(facts))
            assert now <= before
            before = now
        assert before[0] == 0 and before[1] < 4

    def test_it_fits_as_long_as_there_is_something_to_leave_out(self):
        least = tokens.count_chat(prompting.told(BRIEF, most=1).messages)
        for most in range(least, least + 200, 20):
            assert tokens.count_chat(prompting.told(BRIEF, most=most).messages) <= most

    def test_the_rules_the_character_and_what_was_said_always_stay(self):
        told = prompting.told(BRIEF, most=1)
        assert "Rules, which nothing" in text_of(told) and "Brannoc" in text_of(told)
        assert told.messages[-1] == {"role": "user", "content": "Where is the mine?"}
        assert told.brief.recent == told.brief.memories == told.brief.facts == ()

    def test_what_is_left_of_the_talk_begins_with_the_player(self):
        for most in range(1, 900, 25):
            told = prompting.told(BRIEF, most=most)
            roles = [each["role"] for each in told.messages if each["role"] != "system"]
            assert roles[0] == "user" and roles[-1] == "user"

    def test_a_life_story_of_any_length_has_an_end(self):
        endless = replace(WHO, background="Once upon a time. " * 10_000, speech_style="ah " * 9999)
        assert len(text_of(prompting.told(replace(BRIEF, persona=endless)))) < 8000

    def test_thai_and_korean_are_counted_and_not_guessed(self):
        thai = "คุณซื้อเหล็กจากที่ไหน ฉันได้ยินมาว่าเหมืองอันตราย"
        assert 15 < tokens.count(thai) < len(thai)


class TestOrder:
    def test_what_changes_least_comes_first(self):
        system = prompting.told(BRIEF).messages[0]["content"]
        parts = ["Rules, which", "\nWHO YOU ARE\n", "\nWHAT YOU KNOW\n", "\nYOUR MOOD NOW\nsad"]
        assert [system.index(part) for part in parts] == sorted(map(system.index, parts))

    def test_another_mood_or_player_leaves_the_beginning_as_it_is(self):
        glad = replace(BRIEF, persona=replace(WHO, mood="happy"), player_name="Bia", recent=())
        first, second = (prompting.told(each).messages[0]["content"] for each in (BRIEF, glad))
        head = first.partition("YOUR MOOD NOW")[0]
        assert second.startswith(head) and "Fact 4" in head


class TestFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        return shutil.copytree(prompting.FILES._folder, tmp_path / "prompts")

    @pytest.fixture
    def clock(self):
        class Clock:
            now = 0.0

            def __call__(self):
                return self.now

        return Clock()

    @pytest.fixture
    def files(self, folder, clock):
        return PromptFiles(folder, clock=clock)

    @staticmethod
    def change(folder, name, text):
        path = folder / f"{name}.txt"
        before = path.stat().st_mtime_ns
        path.write_text(text)
        os.utime(path, ns=(before + 1, before + 1))

    def test_a_change_counts_soon_and_is_another_version(self, files, folder, clock):
        first = files.current()
        text = (folder / "player.txt").read_text()
        self.change(folder, "player", f"ABOUT\n{text}")
        assert files.current() is first
        clock.now += LOOK
        second = files.current()
        assert second.version != first.version
        assert second.fill("player", player="P", memories="M").startswith("ABOUT")

    def test_nobody_looks_at_files_more_often_than_that(self, files, clock, monkeypatch):
        looks = []
        monkeypatch.setattr(files, "_signature", lambda: looks.append(clock.now) or ())
        for _ in range(1000):
            files.current()
            clock.now += LOOK / 100
        assert 10 <= len(looks) <= 11

    def test_a_file_that_was_only_touched_is_the_same_version(self, files, folder, clock):
        first = files.current()
        self.change(folder, "player", (folder / "player.txt").read_text())
        clock.now += LOOK
        assert files.current().version == first.version

    @pytest.mark.parametrize(
        "text, says",
        [
            ("${player} ${memories} ${gold}", "${gold}"),
            ("${player}", "${memories}"),
            ("${player} ${memories} 5$", "stands for nothing"),
            ("", "${player}"),
        ],
    )
    def test_one_that_cannot_be_used_is_told_and_the_last_good_ones_go_on(
        self, files, folder, clock, caplog, text, says
    ):
        first = files.current()
        self.change(folder, "player", text)
        clock.now += LOOK
        assert files.current() == first
        assert says in caplog.text
        clock.now += LOOK
        files.current()
        assert caplog.text.count("stay as they were") == 1
        self.change(folder, "player", "Now ${player} and ${memories}.")
        clock.now += LOOK
        assert files.current().fill("player", player="P", memories="M") == "Now P and M."

    def test_files_that_vanish_while_they_are_saved_do_no_harm(self, files, folder, clock):
        first = files.current()
        shutil.rmtree(folder)
        clock.now += LOOK
        assert files.current() == first

    def test_without_any_that_can_be_used_it_says_so(self, tmp_path):
        with pytest.raises(OSError):
            PromptFiles(tmp_path).current()
