"""Work that somebody watches: a new server above all."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from aiworld.errors import Conflict, Invalid, OverQuota, Refused
from tenants import lifecycle, plans, server_jobs
from tenants.models import ApiKey, AuditEntry, Job, Membership, Role, Server
from tenants.tasks import provision_server, relay_jobs

CHOSEN = {
    "name": "Alberta",
    "contact_email": "owner@example.org",
    "billing_tier": "free",
    "language": "pt",
    "code_page": "cp1252",
    "rathena_mode": "pre_renewal",
    "max_concurrent_npcs": 50,
    "rate_limit_per_minute": 100,
    "rate_limit_per_hour": 1000,
    "rate_limit_per_player": 10,
}


def ask(user, *, job_id=None, **fields):
    return lifecycle.ask_for(
        CHOSEN | fields, by=user, job_id=job_id or uuid.uuid4(), address="192.0.2.7"
    )


def work_off(job):
    provision_server(str(job.pk))
    job.refresh_from_db()
    return job


def silent_for(job, seconds):
    Job.objects.filter(pk=job.pk).update(seen_at=timezone.now() - timedelta(seconds=seconds))


class TestNewServer:
    def test_is_made_with_its_owner_and_without_a_key(self, stranger):
        job = work_off(ask(stranger))
        assert (job.state, job.done, job.total) == ("done", 4, 4)
        made = Server.objects.get(name="Alberta")
        assert job.server == made and job.result == {"server_id": made.server_id}
        for name, value in CHOSEN.items():
            assert getattr(made, name) == value
        assert Membership.objects.get(server=made).role == Role.OWNER
        assert Membership.objects.get(server=made).user == stranger
        assert not ApiKey.objects.filter(server=made).exists()
        entry = AuditEntry.objects.get(server=made)
        assert (entry.action, entry.address) == ("server.created", "192.0.2.7")

    def test_asked_for_twice_is_one(self, stranger):
        job_id = uuid.uuid4()
        jobs = {ask(stranger, job_id=job_id).pk for _ in range(2)}
        assert jobs == {job_id}
        work_off(Job.objects.get())
        assert ask(stranger, job_id=job_id).state == "done"
        assert Server.objects.filter(name="Alberta").count() == 1

    def test_asked_for_at_once_is_one(self, stranger):
        job_id = uuid.uuid4()

        def press():
            try:
                return ask(stranger, job_id=job_id).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert {each.result() for each in [pool.submit(press) for _ in range(4)]} == {job_id}
        assert Job.objects.count() == 1

    def test_a_message_that_comes_twice_makes_one(self, stranger):
        job = work_off(ask(stranger))
        assert work_off(job).attempts == 1
        assert Server.objects.filter(name="Alberta").count() == 1

    def test_somebody_elses_job_cannot_be_taken_over(self, stranger, owner):
        mine = ask(stranger)
        with pytest.raises(Conflict, match="used already"):
            ask(owner, job_id=mine.pk, name="Payon")
        assert Job.objects.get().started_by == stranger

    def test_a_name_is_taken_as_soon_as_it_is_asked_for(self, stranger, server):
        ask(stranger)
        for name in ("Alberta", server.name):
            with pytest.raises(Conflict) as refusal:
                ask(stranger, name=name)
            assert refusal.value.field == "name"

    def test_an_account_has_as_many_as_its_plan_allows(self, stranger, settings):
        settings.PLANS = {"free": {"servers": 2}}
        work_off(ask(stranger))
        ask(stranger, name="Payon")  # being made counts
        with pytest.raises(OverQuota, match="2 servers at most"):
            ask(stranger, name="Morroc")
        ask(stranger, name="Morroc", billing_tier="basic")

    def test_the_installation_has_a_last_one(self, stranger, settings):
        settings.MAX_SERVERS_SUPPORTED = Server.objects.count()
        with pytest.raises(OverQuota, match="no room"):
            ask(stranger)

    @pytest.mark.parametrize("name", plans.LIMITS)
    @pytest.mark.parametrize("tier", plans.DEFAULTS)
    def test_its_limits_are_bounded_by_the_plan(self, stranger, tier, name):
        most = getattr(plans.plan(tier), name)
        with pytest.raises(Invalid) as refusal:
            ask(stranger, billing_tier=str(tier), **{name: most + 1})
        assert refusal.value.field == name
        ask(stranger, billing_tier=str(tier), **{name: most})

    def test_a_plan_of_the_operator_cannot_be_chosen(self, stranger, settings):
        settings.OPEN_TIERS = ["free"]
        with pytest.raises(Refused):
            ask(stranger, billing_tier="premium")

    def test_what_fails_leaves_nothing_and_says_why(self, stranger):
        job = ask(stranger)
        Server.objects.filter(name="Alberta").delete()
        Job.objects.update(asked={"chosen": CHOSEN | {"language": "xx"}})
        job = work_off(job)
        assert job.state == "failed" and "xx" in job.error
        assert not Server.objects.filter(name="Alberta").exists()
        assert not Membership.objects.filter(user=stranger).exists()

    def test_a_mistake_of_ours_is_said_without_its_details(self, stranger, monkeypatch, caplog):
        monkeypatch.setattr("tenants.provisioning.partitions.ensure", lambda *args: 1 / 0)
        job = work_off(ask(stranger))
        assert job.state == "failed" and "operator" in job.error
        assert "division" not in job.error and "division" in caplog.text

    def test_a_failed_one_can_be_tried_again(self, stranger, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("tenants.provisioning.partitions.ensure", lambda *args: 1 / 0)
            job = work_off(ask(stranger))
        assert server_jobs.retry(job)
        assert not server_jobs.retry(job)
        assert work_off(job).state == "done"


class TestRelay:
    @pytest.fixture
    def sent(self, monkeypatch):
        sent = []
        monkeypatch.setattr(provision_server, "apply_async", lambda args: sent.append(args[0]))
        return sent

    def test_hands_a_waiting_job_over_once(self, stranger, sent):
        job = ask(stranger)
        assert relay_jobs() == 1
        assert relay_jobs() == 0
        assert sent == [str(job.pk)]

    def test_hands_it_over_again_if_nobody_began(self, stranger, sent):
        job = ask(stranger)
        relay_jobs()
        silent_for(job, server_jobs.LEASE.total_seconds() + 1)
        assert relay_jobs() == 1
        assert sent == [str(job.pk)] * 2

    def test_loses_nothing_with_the_broker_away(self, stranger, monkeypatch):
        def refuse(args):
            raise OperationalError("away")

        ask(stranger)
        with monkeypatch.context() as patch, pytest.raises(OperationalError):
            patch.setattr(provision_server, "apply_async", refuse)
            relay_jobs()
        assert len(server_jobs.take(10)) == 1

    def test_fails_a_job_that_names_no_task(self, stranger):
        job = ask(stranger)
        Job.objects.update(task="portal.tasks.gone")
        relay_jobs()
        job.refresh_from_db()
        assert job.state == "failed" and job.error

    def test_begins_a_killed_workers_job_again_and_gives_it_up_after_the_second(
        self, stranger, sent, settings
    ):
        job = ask(stranger)
        for _ in range(server_jobs.MAX_ATTEMPTS):
            assert relay_jobs() == 1
            assert server_jobs.begin(str(job.pk))
            assert relay_jobs() == 0
            silent_for(job, settings.CELERY_TASK_TIME_LIMIT + 60)
        assert relay_jobs() == 0
        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", server_jobs.INTERRUPTED)
        assert job.finished_at

    def test_a_worker_that_was_given_up_changes_nothing_any_more(self, stranger, settings):
        """It was not dead, only slow: what it did must not stand beside `failed`."""
        job = ask(stranger)
        work = server_jobs.begin(str(job.pk))
        Job.objects.update(attempts=server_jobs.MAX_ATTEMPTS)
        silent_for(job, settings.CELERY_TASK_TIME_LIMIT + 60)
        server_jobs.find_lost()
        with pytest.raises(Conflict):
            lifecycle.create(work)
        assert not Server.objects.filter(name="Alberta").exists()
        job.refresh_from_db()
        assert job.state == "failed"
