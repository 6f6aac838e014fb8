from __future__ import annotations

import threading

import numpy as np

from inference.footprint import growth

MIB = 2**20


def test_what_a_process_grew_by_is_what_was_taken():
    kept, seen = [], []
    for _ in range(5):  # the system may take pages of files back in that very moment
        with growth() as taken:
            kept.append(np.ones(64 * MIB // 8))
        seen.append(taken.bytes)
    assert any(60 * MIB < each < 90 * MIB for each in seen), seen
    assert all(each.sum() for each in kept)


def test_two_that_load_at_once_do_not_count_each_other():
    kept, sizes = [], {}

    def load(name, mebibytes):
        with growth() as taken:
            kept.append(np.ones(mebibytes * MIB // 8))
        sizes[name] = taken.bytes

    threads = [threading.Thread(target=load, args=each) for each in (("a", 40), ("b", 80))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 35 * MIB < sizes["a"] < 60 * MIB
    assert 75 * MIB < sizes["b"] < 100 * MIB


def test_a_gpu_is_asked_what_is_taken_of_it(tmp_path, monkeypatch):
    said = tmp_path / "said"
    said.write_text("100\n")
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nexec cat {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with growth("cuda", otherwise=5) as taken:
        said.write_text("350\n")
    assert taken.bytes == 250 * MIB


def test_a_gpu_that_does_not_tell_counts_as_the_catalogue_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with growth("cuda", otherwise=5 * MIB) as taken:
        pass
    assert taken.bytes == 5 * MIB
