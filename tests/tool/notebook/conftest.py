"""A shell of IPython with the magics, as a notebook has one."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from backprep.judge import client
from backprep.notebook import magics


class Ran:
    """What a cell showed, and how it ended."""

    def __init__(self, result, shown):
        self.succeeded = result.success
        self.rich = [output.data for output in shown.outputs]
        self.text = "\n".join(
            [*(data["text/plain"] for data in self.rich), shown.stdout, shown.stderr]
        ).strip()


@pytest.fixture
def new_shell(tmp_path, judge, monkeypatch):
    """A kernel anew, over the same folder of answers, with the test's judge."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(client, "judge", judge)
    monkeypatch.setattr(magics, "_stay_warm", lambda: None)
    monkeypatch.chdir(tmp_path)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    started = []

    def new():
        end()
        shell = InteractiveShell.instance(config=config)
        started.append(shell)
        shell.run_line_magic("load_ext", "backprep")

        def run(cell):
            with capture_output() as shown:
                result = shell.run_cell(cell)
            return Ran(result, shown)

        run.names = shell.user_ns
        return run

    def end():
        for shell in started:
            shell.restore_sys_module_state()
        started.clear()
        InteractiveShell.clear_instance()

    yield new
    end()


@pytest.fixture
def run(new_shell):
    """Run a cell."""
    return new_shell()


@pytest.fixture
def answer(gradient, tmp_path):
    """Where the answer to the question lies."""
    return gradient.answer_path(tmp_path / "answers")
