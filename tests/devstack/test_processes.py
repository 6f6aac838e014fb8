import signal
import sys
import time

import pytest

from aiworld.devstack import processes
from aiworld.devstack.errors import StackError
from aiworld.devstack.processes import Program
from aiworld.devstack.supervisor import Supervisor


@pytest.fixture
def program(tmp_path):
    def make(code, **options):
        return Program(
            name="worker",
            argv=[sys.executable, "-c", code],
            env={},
            log=tmp_path / "worker.log",
            **options,
        )

    return make


@pytest.fixture
def supervisor(tmp_path):
    with Supervisor(tmp_path / "children.json") as supervisor:
        yield supervisor


def test_what_ignores_a_polite_request_is_killed(supervisor, program, monkeypatch):
    monkeypatch.setattr("aiworld.devstack.supervisor.GRACE", 0.5)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    process = supervisor.start(program(f"{deaf}; time.sleep(60)"))
    while not process.last_words():
        time.sleep(0.02)
    supervisor.stop()
    assert process.popen.returncode == -signal.SIGKILL


def test_what_never_gets_ready_is_named(supervisor, program):
    process = supervisor.start(program("import time; time.sleep(60)", ready=lambda: False))
    with pytest.raises(StackError, match="Not ready after 0 s: worker"):
        supervisor.wait_ready([process], seconds=0.2)


def test_a_log_that_grows_is_cut_and_its_writer_goes_on(supervisor, program, monkeypatch):
    monkeypatch.setattr(processes, "LARGE_LOG", 1000)
    code = "import time\nfor n in range(999): print(n, 'x' * 100, flush=True); time.sleep(0.01)"
    log = supervisor.start(program(code)).program.log
    while not log.with_suffix(".log.1").exists() or log.stat().st_size == 0:
        supervisor.watch()
    assert log.stat().st_size < 5000
    assert "\0" not in log.read_text()


def test_the_shim_ends_when_its_parent_is_not_there_any_more(supervisor, program, monkeypatch):
    monkeypatch.setattr("aiworld.devstack.processes.os.getpid", lambda: 1)
    process = supervisor.start(program("print('never')"))
    assert process.popen.wait(10) == 1
    assert "never" not in process.last_words()
