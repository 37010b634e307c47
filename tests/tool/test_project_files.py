"""The files that other tools read say the same as the Makefile and the README."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import backprep

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
GROUPS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_pre_commit_runs_what_make_check_runs():
    makefile = (ROOT / "Makefile").read_text()
    rule = re.search(r"^check: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    commands = [line.strip() for line in rule[1].splitlines()]
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    (repo,) = config["repos"]
    hooks = [hook["entry"].replace(".venv/bin", "$(BIN)") for hook in repo["hooks"]]
    assert hooks == commands


def test_tests_of_one_group_run_in_one_process(tmp_path):
    (tmp_path / "test_groups.py").write_text(
        """
import os

import pytest


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in "abab" * 8],
)
def test_where(name):
    with open(name, "a") as file:
        file.write(f"{os.getpid()}\\n")
"""
    )
    makefile = (ROOT / "Makefile").read_text()
    options = re.search(r"^\t\$\(BIN\)/pytest (-n .*) -r", makefile, re.MULTILINE)[1]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    subprocess.run([*command, *options.split()], cwd=tmp_path, check=True)
    for name in "ab":
        assert len(set((tmp_path / name).read_text().split())) == 1


def test_the_dev_container_starts_as_the_readme_does():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    command = container["postAttachCommand"]
    readme = (ROOT / "README.md").read_text()
    assert f"$ {command}\n" in readme
    (port,) = container["forwardPorts"]
    assert f"http://127.0.0.1:{port}" in readme


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_more_rights_than_it_names(path):
    assert yaml.safe_load(path.read_text())["permissions"]["contents"] == "read"


def test_an_action_is_pinned_to_one_commit_everywhere():
    pins = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses: (\S+?)@(.+)", path.read_text()):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), (path, action)
            assert pins.setdefault(action, pin) == pin, (path, action)
    assert pins


def test_a_release_is_checked_before_it_is_published():
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    job = release["jobs"]["publish"]
    commands = "\n".join(step.get("run", "") for step in job["steps"])
    order = [r'"\$GITHUB_REF_NAME" = ', "-m build", "twine check", "twine upload"]
    assert re.search(".*".join(order), commands, re.DOTALL)
    assert job["permissions"]["id-token"] == "write"


def test_the_changelog_is_kept_in_its_form():
    text = (ROOT / "CHANGELOG.md").read_text()
    unreleased, *released = re.findall(r"^## (.*)", text, re.MULTILINE)
    assert unreleased == "[Unreleased]"
    assert all(re.fullmatch(r"\[[\d.]+\] - \d{4}-\d\d-\d\d", line) for line in released)
    if released:
        assert released[0].startswith(f"[{backprep.__version__}]")
    groups = re.findall(r"^### (.*)", text, re.MULTILINE)
    assert {*groups} <= GROUPS
