"""Scripts run one after the other in a process apart, and what each of them left.

TensorFlow is never imported beside the tests, and is started once for many scripts.
"""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from backprep.evidence import outputs

ROOT = Path(__file__).resolve().parents[2]

needs_tensorflow = pytest.mark.skipif(
    not outputs.has_tensorflow(), reason=outputs.NEEDS_TENSORFLOW
)


def run_apart(scripts, folder):
    """For each script what it printed and its plain variables; `folder` is its own."""
    result = folder / "left.json"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.helpers.apart", result, *scripts],
        cwd=folder,
        env={**os.environ, **outputs.ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    left = json.loads(result.read_text(encoding="utf-8"))
    return [left[str(script)] for script in scripts]


def run(script):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        variables = runpy.run_path(script)
    return {"printed": printed.getvalue(), **plain(variables)}


def plain(variables):
    """Those that JSON can carry; arrays and tensors as lists."""
    kept = {}
    for name, value in variables.items():
        value = value.tolist() if hasattr(value, "tolist") else value
        with contextlib.suppress(TypeError, ValueError):
            json.dumps(value)
            kept[name] = value
    return kept


if __name__ == "__main__":
    result, *scripts = sys.argv[1:]
    left = {script: run(script) for script in scripts}
    Path(result).write_text(json.dumps(left), encoding="utf-8")
