"""`backprep journal`, as a user carries practice from one machine to another."""

import json

from backprep.clock import SystemClock
from backprep.journal.journal import Journal

ATTEMPT = "ab" * 16


def begin(home, attempt=ATTEMPT):
    data = {"elapsed": 0, "minutes": 10, "mock": None, "from": "terminal"}
    Journal(home).append(
        "started",
        at=SystemClock().now(),
        question="autograd/gradient",
        attempt=attempt,
        data=data,
        identity=attempt,
    )


def test_what_one_machine_exports_another_takes_in_once(backprep, home, tmp_path):
    begin(home)
    assert "1 events in out.jsonl" in backprep("journal", "export", "out.jsonl").stdout
    there = {"BACKPREP_HOME": str(tmp_path / "elsewhere")}
    first = backprep("journal", "import", "out.jsonl", **there)
    assert first.stdout == "1 events are new, 0 were there already.\n"
    again = backprep("journal", "import", "out.jsonl", **there)
    assert again.stdout == "0 events are new, 1 were there already.\n"
    assert backprep("journal", "export", **there).stdout == (
        backprep("journal", "export").stdout
    )


def test_one_bad_line_and_nothing_is_taken_in(backprep, home, workspace):
    begin(home)
    good = json.loads(backprep("journal", "export").stdout)
    other = {**good, "id": "cd" * 16, "attempt": "cd" * 16}
    lines = [json.dumps(other), "{", json.dumps({**good, "seq": 5})]
    (workspace / "in.jsonl").write_text("\n".join(lines))
    done = backprep("journal", "import", "in.jsonl")
    assert done.returncode == 2
    assert "line 2: it is no JSON" in done.stderr
    assert f"line 3: {ATTEMPT} is another event's id" in done.stderr
    assert len(backprep("journal", "export").stdout.splitlines()) == 1


def test_of_many_bad_lines_some_are_named_and_all_counted(backprep, workspace):
    (workspace / "in.jsonl").write_text("x\n" * 50)
    said = backprep("journal", "import", "in.jsonl").stderr
    assert "line 20:" in said
    assert "line 21:" not in said
    assert "and 30 more" in said


def test_bytes_that_are_no_text_are_a_bad_line(backprep, workspace):
    (workspace / "in.jsonl").write_bytes(b"\xff\xfe\x00\n")
    done = backprep("journal", "import", "in.jsonl")
    assert done.returncode == 2
    assert "line 1: it is no JSON" in done.stderr


def test_an_export_overwrites_nothing(backprep, workspace):
    (workspace / "mine.py").write_text("x = 1\n")
    done = backprep("journal", "export", "mine.py")
    assert done.returncode == 3
    assert "is there already and stays as it is" in done.stderr
    assert (workspace / "mine.py").read_text() == "x = 1\n"


def test_a_journal_that_cannot_be_made_is_one_sentence(backprep, workspace):
    (workspace / "file").write_text("")
    done = backprep("journal", "export", BACKPREP_HOME=str(workspace / "file/home"))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Set BACKPREP_HOME to a folder that you can write." in done.stderr
