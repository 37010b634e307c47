"""The wheel carries the whole bank: a candidate needs no clone."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        **options,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A fresh environment with the wheel in it.

    What backprep needs comes from the environment that runs this test, through
    a .pth file: a second torch would take a gigabyte and minutes.
    """
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", folder, ROOT),
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    bin_folder = environment / "bin"
    site = environment / f"lib/python{sysconfig.get_python_version()}/site-packages"
    done = run(
        *(sys.executable, "-m", "pip", "--python", bin_folder / "python"),
        *("install", "--quiet", "--no-deps", "--no-compile", wheel),
    )
    assert done.returncode == 0, done.stderr
    # only the packages: an editable backprep there would be found by its own .pth
    outer = sysconfig.get_path("purelib")
    (site / "outer.pth").write_text(f"import sys; sys.path.append({outer!r})\n")
    return bin_folder


def test_the_whole_way_from_an_empty_folder(installed, tmp_path):
    backprep = installed / "backprep"
    where = run(
        *(
            installed / "python",
            "-c",
            "from backprep.bank.questions import bank_root; print(bank_root())",
        ),
        cwd=tmp_path,
    ).stdout
    assert "site-packages/backprep/_bank" in where
    started = run(backprep, "start", "gradient", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    answer = tmp_path / "answers/autograd/gradient.py"
    starter = answer.read_text()
    answer.write_text(starter.replace("raise NotImplementedError", "return x"))
    wrong = run(backprep, "check", "gradient", "--json", cwd=tmp_path)
    assert json.loads(wrong.stdout)["verdict"] == "failed", wrong.stderr
    answer.write_text((ROOT / "solutions/autograd/gradient.py").read_text())
    right = run(backprep, "check", "gradient", "--json", cwd=tmp_path)
    assert json.loads(right.stdout)["verdict"] == "passed"
    done = run(
        *(installed / "python", "-m", "pytest", "--answers", "answers"), cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "questions not attempted" in done.stdout


def test_the_study_site_is_built_from_it(installed, tmp_path):
    site = tmp_path / "site"
    done = run(installed / "python", "-m", "backprep.site.build", site, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "accumulate_gradients" in (site / "questions/index.html").read_text()


def test_a_bank_of_ones_own_has_a_site(installed, tmp_path):
    backprep, bank = installed / "backprep", tmp_path / "my bank"
    made = run(backprep, "new", "linear_algebra/outer", "--bank", bank, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    refused = run(backprep, "new", "linear_algebra/outer", cwd=tmp_path)
    assert refused.returncode == 2
    assert "add --bank FOLDER for a bank of your own" in refused.stderr
    site = tmp_path / "site"
    done = run(
        *(installed / "python", "-m", "backprep.site.build", site),
        cwd=tmp_path,
        env={**os.environ, "BACKPREP_BANK": str(bank)},
    )
    assert done.returncode == 0, done.stderr
    listed = (site / "questions/index.html").read_text()
    assert "linear_algebra/outer" in listed
    assert "accumulate_gradients" not in listed


def test_serving_says_what_builds_the_site(installed, tmp_path):
    code = (
        "import sys; sys.modules['material'] = None\n"
        "from backprep.cli.main import main\n"
        "sys.argv = ['backprep', 'serve']; main()"
    )
    done = run(installed / "python", "-c", code, cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'mkdocs<2' 'mkdocs-material>=9.7,<10'" in done.stderr


def test_every_question_came_along(installed, tmp_path):
    rows = run(installed / "backprep", "list", "--json", cwd=tmp_path).stdout
    ours = run(sys.executable, "-m", "backprep", "list", "--json", cwd=tmp_path).stdout
    assert rows == ours


def test_a_revealed_answer_shows_what_its_example_prints(installed, tmp_path):
    said = run(installed / "backprep", "reveal", "gradient", "--yes", cwd=tmp_path)
    assert "tensor([4., 6., 8.])" in said.stdout, said.stderr


def test_an_assistant_reads_the_guides_that_came_along(installed, tmp_path):
    code = (
        "from backprep.tutor.readings import readings\n"
        "for reading in readings(): print(reading.uri, len(reading.text()))"
    )
    said = run(installed / "python", "-c", code, cwd=tmp_path)
    assert "backprep://guides/tutor " in said.stdout, said.stderr
    assert "backprep://topics/autograd " in said.stdout
