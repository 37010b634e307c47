"""Examples: their output is what they printed, and a page shows both."""

import json
import subprocess
import sys

import pytest

from backprep.bank.question import BankError
from backprep.evidence import examples, outputs
from backprep.evidence.examples import Script

HELLO = 'print("hello", 0.5)\n'


@pytest.fixture
def root(tmp_path):
    """A folder with one example, `letters/hello`."""
    path = tmp_path / "docs/examples/letters/hello.py"
    path.parent.mkdir(parents=True)
    path.write_text(HELLO)
    return tmp_path


@pytest.fixture
def expand(root):
    """Expand a page's Markdown; the page lies in `page.md`."""

    def expand(markdown):
        page = root / "page.md"
        page.write_text(markdown)
        return examples.read(page, root)

    return expand


@pytest.fixture
def change(root):
    """Give the example other code."""
    return (root / "docs/examples/letters/hello.py").write_text


def recorded(root, *names):
    return list(outputs.record(root, names))


def test_a_record_holds_the_output_and_what_it_was_made_with(root):
    assert recorded(root) == [
        f"{root}/docs/data/outputs/letters/hello.json: written",
    ]
    record = examples.load(root, "letters/hello").record
    assert record.output == "hello 0.5\n"
    assert record.origin.versions.keys() == {"python", "torch"}
    assert "cores" in record.origin.machine


def test_recording_twice_changes_nothing(root):
    recorded(root)
    path = root / "docs/data/outputs/letters/hello.json"
    old = json.loads(path.read_text()) | {"recorded": "2000-01-01"}
    path.write_text(json.dumps(old))
    assert recorded(root) == []
    assert json.loads(path.read_text()) == old


def test_other_code_or_another_output_is_recorded(root, change):
    recorded(root)
    change(f"# a comment\n{HELLO}")
    assert len(recorded(root)) == 1
    change('print("hello", 0.6)\n')
    assert len(recorded(root)) == 1
    assert examples.load(root, "letters/hello").output == "hello 0.6\n"


def test_only_the_examples_that_are_named_are_run(root):
    other = root / "docs/examples/letters/fails.py"
    other.write_text("raise ValueError\n")
    assert len(recorded(root, "letters/hello")) == 1
    with pytest.raises(BankError, match='There is no example "letters/helo"'):
        recorded(root, "letters/helo")


def test_a_record_without_its_example_is_taken_out(root):
    recorded(root)
    (root / "docs/examples/letters/hello.py").unlink()
    assert recorded(root) == [
        f"{root}/docs/data/outputs/letters/hello.json: taken out, its example is gone"
    ]
    assert list((root / "docs/data/outputs").rglob("*.json")) == []


def test_an_example_that_fails_is_named_with_what_it_says(root, change):
    change("print(1)\nraise ValueError('too short')\n")
    with pytest.raises(BankError, match=r"hello\.py ended .* ValueError: too short"):
        recorded(root)


def test_an_example_without_end_is_stopped(root, change, monkeypatch):
    monkeypatch.setattr(outputs, "SECONDS", 0.5)
    change("while True: pass\n")
    with pytest.raises(BankError, match=r"hello\.py ran for more than"):
        recorded(root)


def test_an_example_runs_in_an_empty_folder_and_finds_the_solutions(root, change):
    (root / "solutions").mkdir()
    (root / "solutions/__init__.py").touch()
    (root / "solutions/answer.py").write_text("ANSWER = 42\n")
    change(
        "from pathlib import Path\nfrom solutions.answer import ANSWER\n"
        "print(ANSWER, list(Path().iterdir()))\n"
    )
    assert outputs.run(Script(root, "letters/hello")) == "42 []\n"


def test_an_example_for_tensorflow_is_skipped_by_name_where_it_is_missing(
    root, change, monkeypatch
):
    monkeypatch.setattr(outputs.importlib.util, "find_spec", lambda name: None)
    change("import tensorflow as tf\n")
    (told,) = recorded(root)
    assert "letters/hello.py: skipped" in told
    assert "pip install tensorflow-cpu" in told


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("loss 0.25\n", "loss 0.250001\n"),
        ("tensor([0.1234])", "tensor([0.1235])"),
        ("tensor([ 0.1000, -0.2000])", "tensor([0.1000,  -0.2000])"),
        ("1.0000e-08", "1.00001e-08"),
        ("took 3 ms (timing)\n", "took 41.5 ms (timing)\n"),
    ],
)
def test_within_the_tolerance_outputs_are_the_same(before, now):
    assert outputs.same(before, now, 1e-4)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("loss 0.25\n", "loss 0.26\n"),
        ("100000 bytes", "100001 bytes"),
        ("float32", "float64"),
        ("1 2", "1"),
        ("1.0000e-08", "1.1000e-08"),
        ("loss 0.25\n", "lost 0.25\n"),
        ("loss 0.25\n", "loss 0.25\nloss 0.25\n"),
        ("loss 0.25\n", "loss nan\n"),
        ("took 3 ms (timing)\n", "took 3 ms\n"),
    ],
)
def test_other_outputs_are_not(before, now):
    assert not outputs.same(before, now, 1e-4)


def test_an_example_states_its_own_tolerance(root, change):
    assert Script(root, "letters/hello").tolerance == 1e-4
    change(f"# tolerance: 1e-2\n{HELLO}")
    assert Script(root, "letters/hello").tolerance == 1e-2
    assert outputs.same("loss 0.250", "loss 0.251", 1e-2)


def test_a_page_shows_the_code_and_its_output(root, expand):
    recorded(root)
    page = expand("Before.\n\n{{ example: letters/hello.py }}\n\nAfter.\n")
    torch = examples.load(root, "letters/hello").record.origin.versions["torch"]
    assert page == (
        "Before.\n\n"
        '```python title="docs/examples/letters/hello.py"\n'
        'print("hello", 0.5)\n'
        "```\n\n"
        f'```text title="Output with torch {torch}"\n'
        "hello 0.5\n"
        "```\n\n"
        "After.\n"
    )


def test_an_example_keeps_its_page_s_indent(root, expand):
    recorded(root)
    page = expand('=== "PyTorch"\n\n    {{ example: letters/hello.py }}\n')
    assert '\n    print("hello", 0.5)\n    ```\n' in page


def test_code_that_holds_a_fence_stays_in_one_block(root, change, expand):
    change('print("```")\n')
    recorded(root)
    page = expand("{{ example: letters/hello.py }}\n")
    assert page.startswith("````python")
    assert page.endswith("\n```\n````\n")


CELLS = """\
# not shown
# %% greeting
word = "hello"

# %% answer
print(word, "again")
"""


def test_the_cells_of_a_script_run_as_one_program(root, change, expand):
    change(CELLS)
    recorded(root)
    page = expand(
        "{{ example: letters/hello.py#greeting }}\n\n"
        "Text.\n\n"
        "{{ example: letters/hello.py#answer }}\n"
    )
    torch = examples.load(root, "letters/hello").record.origin.versions["torch"]
    assert page == (
        '```python\nword = "hello"\n```\n\n'
        "Text.\n\n"
        '```python\nprint(word, "again")\n```\n\n'
        f'```text title="Output with torch {torch}"\nhello again\n```\n'
    )


def test_a_script_is_named_as_it_is_where_its_cells_fail(root, change):
    change("# %% one\nprint(1)\n# %% two\nassert False, 'too short'\n")
    with pytest.raises(BankError, match=r"examples/letters/hello\.py ended .*short"):
        recorded(root)


def test_a_cell_that_is_not_there_is_named_with_those_that_are(root, change, expand):
    change(CELLS)
    recorded(root)
    with pytest.raises(BankError, match="no cell bye; it has greeting, answer"):
        expand("{{ example: letters/hello.py#bye }}\n")


@pytest.mark.parametrize(
    ("directive", "why"),
    [
        ("{{ example: letters/bye.py }}", "letters/bye.py is missing"),
        ("{{ example: letters/hello.py }}", "hello.py has no recorded output"),
        ("{{ example letters/hello.py }}", "write {{ example: group/name.py }}"),
    ],
)
def test_a_directive_that_cannot_be_shown_is_named_with_its_line(
    root, expand, directive, why
):
    with pytest.raises(BankError) as caught:
        expand(f"Text.\n\n{directive}\n")
    assert str(caught.value).startswith(f"{root}/page.md:3: ")
    assert why in str(caught.value)


def test_a_stale_record_says_what_mends_it(root, change, expand):
    recorded(root)
    change('print("bye")\n')
    with pytest.raises(BankError, match=r"has changed since .* run make outputs\."):
        expand("{{ example: letters/hello.py }}\n")


def test_the_module_records_the_bank_and_says_so(root):
    done = subprocess.run(
        [sys.executable, "-m", "backprep.evidence.outputs"],
        capture_output=True,
        text=True,
        check=False,
        env={"BACKPREP_BANK": str(root), "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout == (
        "docs/data/outputs/letters/hello.json: written\n1 examples\n"
    )
