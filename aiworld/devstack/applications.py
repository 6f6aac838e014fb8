"""The processes of the product itself."""

import os
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from aiworld.devstack import probes
from aiworld.devstack.folders import Folders
from aiworld.devstack.processes import Program

PYTHON = sys.executable


def programs(root: Path, values: Mapping[str, str], folders: Folders) -> list[Program]:
    node = f"aiworld-{values['PORT']}@{socket.gethostname()}"
    address = (values["HOST"], values["PORT"])
    make = partial(_program, root, values, folders)
    door = probes.shakes_hands if values.get("GRPC_TLS_CERT") else probes.serves
    schedule = folders.run / "beat-schedule"
    celery = ("-m", "celery", "-A", "aiworld")
    return [
        make(
            "inference",
            ("manage.py", "inferenceserver"),
            ready=partial(
                probes.infers,
                values["INFERENCE_SOCKET"],
                values.get("INFERENCE_TOKEN", ""),
                values.get("INFERENCE_TLS_CA", ""),
            ),
        ),
        make(
            "grpc",
            ("manage.py", "grpcserver"),
            ready=partial(door, values["GRPC_HOST"], values["GRPC_PORT"]),
        ),
        make(
            "web",
            (
                "-m",
                "daphne",
                "-b",
                values["HOST"],
                "-p",
                values["PORT"],
                # Links out of mails have their tokens in the path; a log is no place for them.
                "--access-log",
                os.devnull,
                "aiworld.asgi:application",
            ),
            ready=partial(probes.answers, *address, "/health"),
        ),
        make(
            "worker",
            (*celery, "worker", "-n", node, "-l", values["LOG_LEVEL"]),
            ready=partial(probes.works, values["CELERY_BROKER_URL"], node),
        ),
        make(
            "beat",
            (*celery, "beat", "-s", str(schedule), "--pidfile="),
            ready=partial(probes.written, schedule, time.time()),
        ),
    ]


def manage(root: Path, values: Mapping[str, str], folders: Folders, command: str) -> Program:
    return _program(root, values, folders, command, ("manage.py", command))


def _program(
    root: Path,
    values: Mapping[str, str],
    folders: Folders,
    name: str,
    arguments: Sequence[str],
    *,
    ready: Callable[[], bool] = lambda: True,
) -> Program:
    return Program(
        name=name,
        argv=[PYTHON, *arguments],
        env=values,
        log=folders.log(name),
        cwd=root,
        ready=ready,
    )
