"""Servers take turns; nothing is lost when callers leave; who waits for long lends its turn."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from aiworld import turns
from aiworld.turns import Turns, resting


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Stage:
    """Calls that work until they are let go."""

    def __init__(self, turns):
        self.turns = turns
        self.at_work, self.done = [], []

    def call(self, name, whose=None):
        return asyncio.create_task(self._call(name, whose or name[0], asyncio.Event()))

    async def _call(self, name, whose, over):
        turn = await self.turns.begin(whose)
        try:
            with turn.entered():
                self.at_work.append((name, over))
                await over.wait()
                self.done.append(name)
        finally:
            turn.end()

    async def let_go(self):
        """The one that has worked for longest."""
        _, over = self.at_work.pop(0)
        over.set()
        await settled()

    def names(self):
        return [name for name, _ in self.at_work]


async def settled():
    for _ in range(20):
        await asyncio.sleep(0)


def run(story):
    asyncio.run(asyncio.wait_for(story(), 60))


def test_a_server_that_asks_for_much_waits_for_itself_and_the_others_come_between():
    async def story():
        stage = Stage(Turns(1))
        calls = [stage.call(name) for name in ("n0", "n1", "n2", "n3", "q1", "q2")]
        await settled()
        while stage.at_work:
            await stage.let_go()
        assert stage.done == ["n0", "n1", "q1", "n2", "q2", "n3"]
        await asyncio.gather(*calls)

    run(story)


def test_as_many_are_at_work_at_once_as_there_are_turns():
    async def story():
        stage = Stage(Turns(3))
        calls = [stage.call(f"a{number}") for number in range(7)]
        await settled()
        seen = []
        while stage.at_work:
            seen.append(len(stage.at_work))
            await stage.let_go()
        assert seen == [3, 3, 3, 3, 3, 2, 1]
        await asyncio.gather(*calls)

    run(story)


def test_a_call_that_fails_or_is_given_up_ends_its_turn():
    async def story():
        stage = Stage(Turns(1))
        gone = stage.call("a")
        await settled()
        gone.cancel()
        await settled()
        stage.call("b")
        await settled()
        assert stage.names()[-1] == "b"

    run(story)


def test_who_leaves_the_line_is_passed_over():
    async def story():
        stage = Stage(Turns(1))
        stage.call("a")
        await settled()
        leaving = stage.call("b")
        stage.call("c")
        await settled()
        leaving.cancel()
        await settled()
        await stage.let_go()
        assert stage.names() == ["c"]

    run(story)


def test_a_turn_that_came_when_its_owner_was_leaving_is_the_next_ones():
    async def story():
        stage = Stage(Turns(1))
        stage.call("a")
        await settled()
        leaving = stage.call("b")
        stage.call("c")
        await settled()
        stage.turns.give()  # b's turn has come, and b has not noticed
        leaving.cancel()
        await settled()
        assert stage.names() == ["a", "c"]

    run(story)


def test_a_turn_does_not_go_to_who_left_the_line_in_that_moment():
    async def story():
        stage = Stage(Turns(1))
        stage.call("a")
        await settled()
        leaving = stage.call("b")
        stage.call("c")
        await settled()
        leaving.cancel()  # and has not noticed
        await stage.let_go()
        assert stage.names() == ["c"]

    run(story)


def test_who_rests_lets_another_work_and_comes_back_without_a_line():
    async def story():
        turns, news, seen = Turns(1), asyncio.Event(), []

        async def asks():
            turn = await turns.begin("a")
            with turn.entered():
                with resting(), resting():  # one inside another counts once
                    await news.wait()
                seen.append("a is back")
                await settled()
                seen.append("a ends")
            turn.end()

        asking = asyncio.create_task(asks())
        await settled()
        stage = Stage(turns)
        stage.call("b1")
        stage.call("b2")
        await settled()
        assert stage.names() == ["b1"]
        news.set()
        await asking
        assert seen == ["a is back", "a ends"]  # beside b1: who waited for a would else wait for b1
        assert stage.names() == ["b1"]  # two were at work, one may
        await stage.let_go()
        assert stage.names() == ["b2"]

    run(story)


def test_a_task_that_outlives_its_call_gives_no_turn_back_a_second_time():
    async def story():
        turns, news = Turns(1), asyncio.Event()

        async def thinks():
            with resting():
                await news.wait()

        turn = await turns.begin("a")
        with turn.entered():
            thinking = asyncio.create_task(thinks())
        await settled()
        turn.end()
        news.set()
        await thinking
        stage = Stage(turns)
        stage.call("b1")
        stage.call("b2")
        await settled()
        assert stage.names() == ["b1"]

    run(story)


def test_who_works_for_long_has_no_turn_any_more_and_a_rest_is_not_work(monkeypatch):
    monkeypatch.setattr(turns, "LONG", 0.05)

    async def story():
        stage = Stage(Turns(1))
        for name in ("a", "b", "c"):
            stage.call(name)
        await settled()
        assert stage.names() == ["a"]
        while stage.names() != ["a", "b", "c"]:  # each hangs
            await asyncio.sleep(0.01)
        while stage.at_work:
            await stage.let_go()  # ends what is over
        one, two = await stage.turns.begin("d"), asyncio.create_task(stage.turns.begin("e"))
        await settled()
        assert not two.done()  # no turn was given twice
        one.end()
        turn = await two
        with turn.lent():
            await asyncio.sleep(0.2)
        three = asyncio.create_task(stage.turns.begin("f"))
        await settled()
        assert not three.done()  # its time begins anew
        turn.end()
        await three

    run(story)


def test_outside_of_a_call_a_rest_is_nothing():
    with resting():
        pass


def test_how_long_the_first_in_the_line_has_waited():
    async def story():
        clock = Clock()
        stage = Stage(Turns(1, clock))
        stage.call("a0")
        await settled()
        assert stage.turns.waited("a") == 0
        leaving = stage.call("a1")
        await settled()
        clock.now += 2
        stage.call("a2")
        await settled()
        clock.now += 1
        assert (stage.turns.waited("a"), stage.turns.waited("b")) == (3, 0)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        assert stage.turns.waited("a") == 1
        await stage.let_go()
        assert stage.turns.waited("a") == 0

    run(story)


def test_how_long_one_more_would_wait_goes_by_the_pace_and_by_who_comes_before():
    async def story():
        clock = Clock()
        turns = Turns(1, clock)
        stage = Stage(turns)
        for name in ("a0", "b1", "b2", "b3", "c1"):
            stage.call(name)
        await settled()
        assert turns.expected("b") == 0  # nothing is known yet
        while len(stage.done) < 4:
            clock.now += 2
            await stage.let_go()
        pace = 2 * (1 - 0.9**4)  # of four turns, from 0
        stage.call("b4")
        stage.call("b5")
        stage.call("c2")
        await settled()
        assert turns.expected("b") == pytest.approx(3 * pace)  # c2, b4 and b5
        assert turns.expected("q") == pytest.approx(2 * pace)  # behind one of each line
        while stage.at_work:
            await stage.let_go()
        assert turns.expected("b") == 0  # nobody is before it

    run(story)
