"""A notebook in a real kernel, with the real judge."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell

from backprep.bank.questions import read_question
from backprep.journal.journal import Journal

WRONG = (
    "def gradient(f, x):\n    x.requires_grad_()\n"
    "    f(x).sum().backward()\n    return x.grad\n"
)
RIGHT = read_question("autograd/gradient").solution_path.read_text()
INTERRUPTED = """\
import os, signal
from backprep.judge import warm_worker
received = warm_worker._received
def interrupted(*arguments):
    warm_worker._received = received
    os.kill(os.getpid(), signal.SIGINT)
    return received(*arguments)
warm_worker._received = interrupted
"""
DYING = """\
import os
from backprep.judge import warm_worker
warm_worker._received = lambda *_: os._exit(9)
"""


@pytest.fixture
def cells(backprep, workspace, tmp_path, monkeypatch):
    """Run cells, one after the other, in the kernel of a notebook that was written
    by the command."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    assert backprep("notebook", "gradient", "books").returncode == 0
    path = workspace / "books/autograd/gradient.ipynb"
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=120, resources=resources)

    def run(source):
        cell = new_code_cell(source)
        notebook.cells.append(cell)
        client.execute_cell(cell, len(notebook.cells) - 1)
        return "\n".join(
            output.get("text") or output.data["text/plain"] for output in cell.outputs
        )

    run.all_of_them = [
        cell.source for cell in notebook.cells if cell.cell_type == "code"
    ]
    with client.setup_kernel():
        yield run


def test_a_notebook_from_its_first_cell_to_the_death_of_its_kernel(
    cells, workspace, home
):
    answer = workspace / "answers/autograd/gradient.py"

    def kinds():
        journal = Journal(home)
        found = [event.kind for _, event in journal.events()]
        journal.close()
        return found

    told = [cells(source) for source in cells.all_of_them]
    assert any("It is still the starter." in text for text in told)
    assert not answer.exists()

    assert "not passed: 3 of 10" in (said := cells(f"%%check gradient\n{WRONG}"))
    assert "Looks like: marks the tensor it was given." in said
    assert cells("import torch\ngradient(lambda x: x**2, torch.ones(2))").startswith(
        "tensor([2., 2."
    )
    assert "out of time" in cells("%%check gradient --timeout 1\nwhile True: pass")
    assert "does not define `gradient`" in cells("%%check gradient\nx = 1")
    assert "hands the" in cells("%hint gradient")
    assert kinds() == []

    cells(INTERRUPTED)
    with pytest.raises(CellExecutionError, match=r"Stopped\."):
        cells(f"%%check gradient\n{RIGHT}")
    assert kinds() == []
    assert answer.read_text() == RIGHT

    assert "passed: 10 of 10 checks passed" in cells(f"%%check gradient\n{RIGHT}")
    assert kinds() == ["passed_untimed"]

    cells(DYING)
    with pytest.raises(DeadKernelError):
        cells(f"%%check gradient\n{WRONG}")
    assert answer.read_text() == WRONG
    assert kinds() == ["passed_untimed"]
