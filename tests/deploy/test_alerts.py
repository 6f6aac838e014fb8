"""Alerts, dashboards and what the running system tells fit together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.utils import timezone

from aiworld import measures
from deploy.grafana import build
from grpc_api.tls import authority
from grpc_api.tls.files import Folder
from inference.models import MLModelCache
from npcs.tasks import measure_junk
from tenants import heartbeat, metrics
from tenants.backups import store

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
METRIC = re.compile(r"\b(aiworld_[a-z0-9_]+)")
SEVERITIES = {"page", "ticket"}


def rules():
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool(*arguments):
    program = shutil.which("promtool")
    if program is None:
        words = "no promtool: apt install prometheus"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=PROMETHEUS, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def told(committed, settings, tmp_path, monkeypatch):
    """Names of all that a running installation tells, with TLS, models and a backup."""
    folder = Folder(tmp_path)
    folder.keep_authority(authority.make_authority(days=2))
    settings.GRPC_TLS_CERT = str(folder.bundle)
    backup = SimpleNamespace(
        whole=True, made_at=timezone.now(), proven_at=timezone.now(), about={"bytes": 1}
    )
    monkeypatch.setattr(store, "listed", lambda: [backup])
    heartbeat.beat()
    measure_junk.apply()
    row, made = MLModelCache.objects.get_or_create(name="of a test", defaults={"device": "cuda"})
    try:
        names = {metric.name for metric in metrics.collect()}
    finally:
        if made:
            row.delete()
    for family in measures.registry.collect():
        kinds = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        names |= {family.name + ending for ending in kinds[family.type]}
    return names


def used(text):
    return set(METRIC.findall(text))


def test_every_figure_that_an_alert_or_a_page_names_exists(told):
    pages = [ROOT / "docs" / "how-to" / "monitor.md", *(ROOT / "docs" / "runbooks").glob("*.md")]
    histograms = {name.removesuffix("_bucket") for name in told if name.endswith("_bucket")}
    starts = {"aiworld_model_", "aiworld_memories_"}
    assert used((PROMETHEUS / "alerts.yml").read_text()) <= told
    for page in pages:
        assert used(page.read_text()) <= told | histograms | starts, page


def expressions():
    panels = json.loads((ROOT / "deploy" / "grafana" / "aiworld.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def test_the_dashboard_is_what_its_code_says():
    assert build.OUTPUT.read_text() == build.rendered()


def test_every_query_of_the_dashboard_is_one_and_asks_for_what_exists(told, tmp_path):
    assert len(expressions()) > 20
    assert used(" ".join(expressions())) <= told
    wrapped = [
        {"record": f"panel:{at}", "expr": text.replace("$__rate_interval", "5m")}
        for at, text in enumerate(expressions())
    ]
    (tmp_path / "rules.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": wrapped}]})
    )
    assert f"{len(wrapped)} rules found" in promtool("check", "rules", tmp_path / "rules.yml")


def test_every_figure_is_described(told):
    text = (ROOT / "docs" / "how-to" / "monitor.md").read_text()
    plain = {re.sub("_(bucket|count|sum)$", "", name) for name in told}
    families = re.compile("aiworld_(model|memories|outbox|db_connections|backup)_")
    assert {name for name in plain if name not in text and not families.match(name)} == set()


def test_every_alert_has_a_severity_and_a_runbook_that_names_it():
    for rule in rules():
        assert rule["labels"]["severity"] in SEVERITIES
        page = ROOT / rule["annotations"]["runbook"]
        assert f"`{rule['alert']}`" in page.read_text(), rule["alert"]


def test_every_alert_is_tested_to_fire_and_to_be_silent():
    cases = yaml.safe_load((PROMETHEUS / "alerts.test.yml").read_text())["tests"]
    fires, silent = set(), set()
    for case in cases:
        for expected in case["alert_rule_test"]:
            (fires if expected.get("exp_alerts") else silent).add(expected["alertname"])
    assert fires == silent == {rule["alert"] for rule in rules()}


def test_the_alerts_fire_and_stay_silent_as_promtool_sees_it():
    assert "SUCCESS" in promtool("check", "config", "prometheus.yml")
    assert "SUCCESS" in promtool("test", "rules", "alerts.test.yml")


def test_what_is_told_is_in_the_form_prometheus_wants(committed):
    program = shutil.which("promtool")
    if program is None:
        promtool()
    text = metrics.exposition(metrics.collect())
    done = subprocess.run(
        [str(program), "check", "metrics"], input=text, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_certificates_end_is_told_to_the_second(settings, tmp_path, committed):
    folder = Folder(tmp_path)
    made = authority.make_authority(days=2)
    folder.keep_authority(made)
    settings.GRPC_TLS_CERT = str(folder.bundle)
    [metric] = [each for each in metrics.collect() if "certificate" in each.name]
    [(labels, at)] = metric.samples
    ends = made.certificate.not_valid_after_utc
    assert labels == {"certificate": "server"}
    assert f"{at:.15g}" in metrics.exposition([metric])
    assert abs(ends.timestamp() - at) < timedelta(seconds=1).total_seconds()
