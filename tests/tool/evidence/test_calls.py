"""The calls of PyTorch that solutions make, as their examples run them."""

import subprocess
import sys

import pytest

from backprep.bank.questions import bank_root, load_questions
from backprep.evidence import calls, outputs, record_calls
from backprep.evidence.calls import Call
from backprep.evidence.examples import Script

SOLUTION = '''\
"""Read a batch."""
import torch
from torch import nn


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4)

    def forward(self, ids):
        if len(ids.tolist()) > 5:
            return ids.double()
        total = sum(self.embedding(row).mean() for row in ids)
        return torch.stack([total, torch.zeros(())])
'''
EXAMPLE = """\
import torch
from solutions.letters.reader import Reader
print(Reader()(torch.ones(2, 3, dtype=torch.int64)))
"""


@pytest.fixture
def script(tmp_path):
    for name, text in {
        "solutions/__init__.py": "",
        "solutions/letters/reader.py": SOLUTION,
        "docs/examples/letters/reader.py": EXAMPLE,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Script(tmp_path, "letters/reader")


def test_each_call_is_told_once_with_the_shapes_of_its_first_run(script):
    assert [Call(**call) for call in record_calls.trace(script)] == [
        Call("nn.Embedding(9, 4)", "", ""),
        Call("self.embedding(row)", "(3,) int64", "(3, 4)"),
        Call("self.embedding(row).mean()", "(3, 4)", "()"),
        Call("torch.stack([total, torch.zeros(())])", "(), ()", "(2,)"),
    ]


def test_every_solution_that_an_example_runs_has_its_calls_recorded():
    missing = [
        question.id
        for question in load_questions()
        if (example := calls.script(question)) is not None
        and not example.needs_tensorflow
        and calls.calls(question) is None
    ]
    assert missing == [], "run make outputs"


def test_calls_of_other_code_are_not_shown(small_bank):
    (one,) = load_questions(small_bank)
    example = small_bank / "docs/examples" / f"{one.id}.py"
    example.parent.mkdir(parents=True)
    example.write_text("print(1)\n")
    record_calls.write(one, [vars(Call("x.sum()", "(3,)", "()"))])
    assert calls.calls(one) == [Call("x.sum()", "(3,)", "()")]
    example.write_text("print(2)\n")
    assert calls.calls(one) is None


def test_what_reads_the_calls_imports_no_torch():
    code = "import sys, backprep.site.sheet; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_record_says_what_the_solution_does_today():
    one = next(q for q in load_questions() if q.id == "autograd/gradient")
    script = Script(bank_root(), one.id)
    assert outputs.runnable(script)
    assert [Call(**call) for call in record_calls.trace(script)] == calls.calls(one)
