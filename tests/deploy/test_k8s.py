"""The manifests are such as Kubernetes' own schemas say, start what there is, and are locked up."""

from __future__ import annotations

import re

import kubernetes_validate
import pytest
import yaml

from grpc_api.server import GRACE
from tests.deploy.programs import ROOT, require_runs, require_settings

FOLDER = ROOT / "deploy" / "k8s"
VERSIONS = ("1.31", "1.37")
OURS = {"inference", "grpc", "web", "worker", "beat", "migrate"}
MADE_BY_HAND = {"aiworld", "aiworld-inference"}
"""Secrets, which docs/how-to/deploy.md says how to make."""


def resources(folder):
    """What `kubectl apply -k` would send, but for the changes that images and namespace make."""
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    beside = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert beside == {name for name in listed if name.endswith(".yaml")}
    found = []
    for name in listed:
        path = folder / name
        if path.is_dir():
            found += resources(path)
        else:
            found += yaml.safe_load_all(path.read_text())
    return found


@pytest.fixture(scope="module")
def manifests():
    return [*resources(FOLDER / "base"), *resources(FOLDER / "migrate")]


@pytest.fixture(scope="module")
def pods(manifests):
    kinds = ("Deployment", "Job")
    return {each["metadata"]["name"]: each["spec"] for each in manifests if each["kind"] in kinds}


def of(manifests, kind):
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def test_kubernetes_takes_every_manifest(manifests):
    for version in VERSIONS:
        for each in manifests:
            kubernetes_validate.validate(each, version, strict=True)
    wrong = manifests[-1] | {"spec": manifests[-1]["spec"] | {"misspelt": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_every_process_starts_with_settings_there_are(pods, manifests):
    assert set(pods) == OURS
    require_settings(of(manifests, "ConfigMap")["aiworld"]["data"])
    for spec in pods.values():
        (container,) = spec["template"]["spec"]["containers"]
        require_runs(container["command"])
        require_settings(each["name"] for each in container.get("env", ()))
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            if asked := container.get(kind, {}).get("exec"):
                require_runs(asked["command"])


def test_every_pod_is_restricted(pods):
    for name, spec in pods.items():
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        inside = container["securityContext"]
        assert inside["readOnlyRootFilesystem"] and not inside["allowPrivilegeEscalation"], name
        assert inside["capabilities"] == {"drop": ["ALL"]}, name
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert "memory" in container["resources"]["limits"], name


def test_what_is_referred_to_is_there(pods, manifests):
    claims = of(manifests, "PersistentVolumeClaim")
    for spec in pods.values():
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        volumes = {each["name"]: each for each in pod["volumes"]}
        assert {each["name"] for each in container["volumeMounts"]} == set(volumes)
        for each in volumes.values():
            if "persistentVolumeClaim" in each:
                assert each["persistentVolumeClaim"]["claimName"] in claims
            assert each.get("secret", {}).get("secretName", "aiworld") in MADE_BY_HAND
        assert pod["serviceAccountName"] in of(manifests, "ServiceAccount")
    assert of(manifests, "Secret") == {}
    for kind in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
        for each in of(manifests, kind).values():
            selector = each["spec"].get("selector") or each["spec"].get("podSelector") or {}
            selector = selector.get("matchLabels", selector)
            if selector:
                part = pods[selector["app.kubernetes.io/component"]]
                assert selector.items() <= part["template"]["metadata"]["labels"].items()
    for name, scaled in of(manifests, "HorizontalPodAutoscaler").items():
        assert scaled["spec"]["scaleTargetRef"]["name"] in pods and "replicas" not in pods[name]


def test_nobody_may_come_in_but_where_it_is_said(manifests):
    policies = of(manifests, "NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    (models,) = policies["inference"]["spec"]["ingress"]
    assert models["from"] == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "aiworld"}}}
    ]


def test_a_pod_that_goes_has_time_for_its_calls(pods):
    for name in ("grpc", "web"):
        pod = pods[name]["template"]["spec"]
        pause = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
        assert pod["terminationGracePeriodSeconds"] > pause + GRACE
        assert pods[name]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert pods["beat"]["replicas"] == 1 and pods["beat"]["strategy"] == {"type": "Recreate"}
    assert pods["worker"]["template"]["spec"]["terminationGracePeriodSeconds"] > 90


def test_the_autoscalers_most_connections_fit(pods, manifests):
    configured = of(manifests, "ConfigMap")["aiworld"]["data"]
    scaled = of(manifests, "HorizontalPodAutoscaler")
    pool = int(configured["DB_POOL_SIZE"])
    most = sum(each["spec"]["maxReplicas"] * pool for each in scaled.values())
    tasks = pods["worker"]["replicas"] * int(configured["CELERY_WORKER_CONCURRENCY"])
    assert most + 2 * tasks + 6 <= int(configured["DB_CONNECTIONS"])


def test_both_ends_of_inference_agree(pods, manifests):
    address = of(manifests, "ConfigMap")["aiworld"]["data"]["INFERENCE_SOCKET"]
    name, port = re.fullmatch(r"tls://([a-z]+):(\d+)", address).groups()
    service = of(manifests, "Service")[name]["spec"]["ports"][0]
    command = pods["inference"]["template"]["spec"]["containers"][0]["command"]
    assert str(service["targetPort"]) == port and command[-1].endswith(f":{port}")
