"""What stands in the place of an answer and is no file holds no watcher up."""

import os
import shutil
import threading

import pytest

from backprep import files
from backprep.bank.questions import read_question
from backprep.files import FileProblem
from backprep.workspace import answer_file, own_modules, watch

GRADIENT = read_question("autograd/gradient")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (os.mkfifo, "a FIFO"),
        (os.mkdir, "a folder"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
    ],
)
def test_what_is_no_file_is_named_and_not_waited_for(tmp_path, make, kind):
    path = tmp_path / "answer.py"
    make(path)
    assert files.strange_kind(path) == kind
    with pytest.raises(FileProblem, match=f"is {kind}; a file is expected there"):
        answer_file.read(path)
    with pytest.raises(FileProblem, match=f"is {kind} and stays as it is"):
        files.replace(path, "mine")


def test_a_file_after_a_fifo_is_noticed(tmp_path):
    path = GRADIENT.answer_path(tmp_path)
    path.parent.mkdir()
    os.mkfifo(path)
    stop = threading.Event()
    saves = watch.saved(tmp_path, [GRADIENT], stop)

    def save():
        path.unlink()
        path.write_text("mine")

    # the watch begins with the first question for a save
    writer = threading.Timer(0.5, save)
    writer.start()
    assert next(saves) == [GRADIENT]
    stop.set()
    writer.join()


def test_a_file_that_is_gone_is_reported(tmp_path):
    path = GRADIENT.answer_path(tmp_path)
    path.parent.mkdir()
    path.write_text("mine")
    stop = threading.Event()
    saves = watch.saved(tmp_path, [GRADIENT], stop)
    remover = threading.Timer(0.5, path.unlink)
    remover.start()
    assert next(saves) == [GRADIENT]
    assert not path.exists()
    stop.set()
    remover.join()


def test_a_folder_that_was_made_anew_is_watched_again(tmp_path):
    answers = tmp_path / "answers"
    path = GRADIENT.answer_path(answers)
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    stop = threading.Event()
    saves = watch.saved(answers, [GRADIENT], stop)
    remover = threading.Timer(0.5, shutil.rmtree, [answers])
    remover.start()
    assert next(saves) == [GRADIENT]
    path.parent.mkdir(parents=True)
    path.write_text("again")
    assert next(saves) == [GRADIENT]
    writer = threading.Timer(1.5, path.write_text, ["once more"])
    writer.start()
    assert next(saves) == [GRADIENT]
    stop.set()


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("import helper", "helper.py"),
        ("from helper import g", "helper.py"),
        ("from . import helper", "helper.py"),
        ("import helper.inner", "helper/inner.py"),
        ("import between", "helper.py"),
    ],
)
def test_what_the_answer_imports_belongs_to_it(tmp_path, line, module):
    path = GRADIENT.answer_path(tmp_path)
    (tmp_path / "autograd" / "helper").mkdir(parents=True)
    path.write_text(f"import torch\n{line}\n")
    path.with_name("between.py").write_text("import gradient, helper\n")
    path.with_name("other.py").write_text("")
    changed = path.parent / module
    changed.write_text("before")
    before = own_modules.contents(path)
    changed.write_text("after")
    path.with_name("other.py").write_text("after")
    now = own_modules.contents(path)
    assert {p for p in now if now[p] != before.get(p)} == {changed}


def test_a_save_of_a_module_beside_the_answer_is_noticed(tmp_path):
    path = GRADIENT.answer_path(tmp_path)
    path.parent.mkdir()
    path.write_text("import helper\n")
    stop = threading.Event()
    saves = watch.saved(tmp_path, [GRADIENT], stop)
    writer = threading.Timer(0.5, path.with_name("helper.py").write_text, ["new"])
    writer.start()
    assert next(saves) == [GRADIENT]
    stop.set()
    writer.join()
