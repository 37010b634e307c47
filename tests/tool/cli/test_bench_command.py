"""`backprep bench amp` and `make bench-amp`, on the smallest case."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprep.bench.record import read_all

ROOT = Path(__file__).parents[3]


@pytest.fixture
def smallest_case(monkeypatch):
    from backprep.bench import measure

    monkeypatch.setattr(measure, "CASES", measure.CASES[:1])
    monkeypatch.setattr(measure, "SECONDS", 0.01)


def python_m(*arguments):
    command = [sys.executable, "-m", *map(str, arguments)]
    # pytest-benchmark measures nothing where it takes itself for a part of xdist
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    # on a busy machine two threads wait for each other, for minutes
    env["OMP_NUM_THREADS"] = "1"
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def bench_amp(*arguments):
    from backprep.cli.main import cli

    return CliRunner().invoke(cli, ["bench", "amp", *map(str, arguments)])


def test_writes_the_numbers_and_draws_them(smallest_case, tmp_path):
    done = bench_amp("--into", tmp_path / "results")
    assert done.exit_code == 0, done.output
    assert "half the memory: " in done.output
    (first, *_) = read_all(tmp_path / "results")
    assert [r.mode for r in first.results] == ["fp32", "bf16"]
    for scheme in ("light", "dark"):
        picture = tmp_path / f"results/amp-{first.name}-{scheme}.svg"
        assert str(picture) in done.output
        assert "tiny MLP, batch 32, bf16" in picture.read_text()


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_measured(tmp_path):
    (tmp_path / "file").write_text("")
    done = bench_amp("--into", tmp_path / "file/results")
    assert done.exit_code == 2
    assert "cannot be made" in done.output
    assert "--into" in done.output


def test_the_benchmark_skips_what_is_not_there_and_says_why(tmp_path):
    raw, kept = tmp_path / "raw.json", tmp_path / "kept"
    benchmark = ("pytest", "benchmarks/amp", "-k", "tiny-MLP-32", "-rs")
    done = python_m(*benchmark, f"--benchmark-json={raw}")
    assert done.returncode == 0, done.stdout
    assert "few CPUs calculate in float16" in done.stdout
    done = python_m("backprep.bench", raw, kept)
    assert "50 to 100 % faster: " in done.stdout, done.stderr
    assert [r.mode for r in read_all(kept)[0].results] == ["fp32", "bf16"]
