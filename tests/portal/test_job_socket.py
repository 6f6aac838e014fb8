"""A job's websocket, without a browser."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings

from aiworld.asgi import application
from portal import consumers
from tenants import server_jobs
from tenants.models import Job
from tests.portal.test_jobs import ask, work_off

ORIGIN = (b"origin", b"http://127.0.0.1")


@pytest.fixture
def job(stranger):
    return ask(stranger)


def socket(job_id, client=None, *, origin=ORIGIN):
    headers = [(b"host", b"127.0.0.1"), origin]
    if client:
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    return WebsocketCommunicator(application, f"/ws/jobs/{job_id}/", headers=headers)


async def closing_code(watcher):
    connected, _ = await watcher.connect()
    assert connected
    message = await watcher.receive_output(2)
    assert message["type"] == "websocket.close"
    return message["code"]


async def heard(watcher, seconds=5):
    message = await watcher.receive_output(seconds)
    return json.loads(message["text"])["payload"] if "text" in message else message


def test_a_guest_and_a_stranger_are_sent_away(job, as_role):
    assert asyncio.run(closing_code(socket(job.pk))) == consumers.SIGNED_OUT
    assert asyncio.run(closing_code(socket(job.pk, as_role("owner")))) == consumers.STRANGER


def test_a_job_that_does_not_exist_is_answered_like_a_strangers(job, as_stranger):
    for job_id in (uuid.uuid4(), "-" * 36):
        assert asyncio.run(closing_code(socket(job_id, as_stranger))) == consumers.STRANGER


def test_another_sites_page_is_refused(job, as_stranger):
    async def knock():
        connected, _ = await socket(
            job.pk, as_stranger, origin=(b"origin", b"http://evil.example")
        ).connect()
        return connected

    assert not asyncio.run(knock())


def test_its_state_comes_first_then_every_step_then_the_end(job, as_stranger):
    async def watch():
        watcher = socket(job.pk, as_stranger)
        await watcher.connect()
        first = await heard(watcher)
        await asyncio.to_thread(work_off, job)
        told = []
        while "state" in (said := await heard(watcher)):
            told.append(said)
        return first, told, said

    first, told, end = asyncio.run(watch())
    assert first == {"state": "waiting", "step": "waiting for a worker", "done": 0, "total": 0}
    assert {"state": "running", "step": "creating tables", "done": 1, "total": 4} in told
    assert told[-1] == {"state": "done"}
    assert (end["type"], end["code"]) == ("websocket.close", consumers.DONE)


def test_of_a_job_that_has_ended_it_says_so_and_closes(job, as_stranger):
    server_jobs.fail(server_jobs.begin(str(job.pk)), "no")

    async def watch():
        watcher = socket(job.pk, as_stranger)
        await watcher.connect()
        return await heard(watcher), await heard(watcher)

    said, end = asyncio.run(watch())
    assert said["state"] == "failed" and end["code"] == consumers.DONE


def test_a_page_that_talks_is_sent_away(job, as_stranger):
    async def talk():
        watcher = socket(job.pk, as_stranger)
        await watcher.connect()
        await heard(watcher)
        await watcher.send_to(text_data="{}")
        return await heard(watcher)

    assert asyncio.run(talk())["code"] == consumers.MALFORMED


def test_so_many_events_and_no_more(job, as_stranger, monkeypatch):
    monkeypatch.setattr(consumers, "MOST_EVENTS", 1)

    async def watch():
        watcher = socket(job.pk, as_stranger)
        await watcher.connect()
        await heard(watcher)
        return await heard(watcher)

    assert asyncio.run(watch())["code"] == consumers.COME_AGAIN


def test_a_removed_member_does_not_watch(job, as_stranger, stranger):
    work_off(job)
    stranger.memberships.all().delete()
    assert Job.objects.get(pk=job.pk).server
    assert asyncio.run(closing_code(socket(job.pk, as_stranger))) == consumers.STRANGER
    assert asyncio.run(closing_code(socket(job.pk))) == consumers.SIGNED_OUT
