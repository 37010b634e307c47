"""`backprep journal`, as a user carries practice from one machine to another."""

import json
from itertools import takewhile
from pathlib import Path

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
    assert "1 event in out.jsonl" in backprep("journal", "export", "out.jsonl").stdout
    there = {"BACKPREP_HOME": str(tmp_path / "elsewhere")}
    first = backprep("journal", "import", "out.jsonl", **there)
    assert first.stdout == "1 event is new, 0 were there already.\n"
    again = backprep("journal", "import", "out.jsonl", **there)
    assert again.stdout == "0 events are new, 1 was there already.\n"
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
    assert "line 2: it is not JSON" in done.stderr
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
    assert "line 1: it is not JSON" in done.stderr


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


def spoil(home):
    """Two events, and a file that nobody can read any more."""
    begin(home)
    begin(home, "cd" * 16)
    journal = Journal(home)
    journal.close()
    content = bytearray(journal.path.read_bytes())
    content[:100] = bytes(100)
    journal.path.write_bytes(content)


def test_an_export_after_damage_is_written_and_says_that_it_may_lack_some(
    backprep, home, workspace
):
    spoil(home)
    done = backprep("journal", "export", "out.jsonl")
    assert done.returncode == 3
    assert "The journal was damaged: 2 events could be read" in done.stderr
    assert len((workspace / "out.jsonl").read_text().splitlines()) == 2
    again = backprep("journal", "export")
    assert again.returncode == 3, "as long as what was damaged lies there"
    assert again.stderr.startswith(
        "This export holds the 2 events that could be read and may lack some; see "
    )
    assert again.stderr.count("\n") == 1
    (aside,) = home.glob("journal.damaged-*.db")
    aside.unlink()
    assert backprep("journal", "export").returncode == 0


def test_every_command_that_finds_damage_says_it(backprep, home, write_answer):
    write_answer()
    for command in (
        ["check", "gradient", "--json"],
        ["hint", "gradient"],
        ["reveal", "gradient", "--yes"],
        ["reset", "gradient"],
        ["stats"],
        ["journal", "import", "-"],
    ):
        spoil(home)
        done = backprep(*command)
        assert "The journal was damaged" in done.stderr, command
        assert done.stderr.count("\n") == 1


def test_doctor_names_what_was_set_aside_until_it_is_gone(home):
    from backprep.cli.doctor import examine

    spoil(home)
    Journal(home)
    (aside,) = home.glob("journal.damaged-*.db")

    def findings():
        found = takewhile(lambda f: "watcher" not in f.text, examine(Path("answers")))
        return [f for f in found if "journal was set aside" in f.text]

    (finding,) = findings()
    assert not finding.ok
    assert str(aside) in finding.text
    assert finding.remedy.endswith(f"rm {aside}*")
    aside.unlink()
    assert findings() == []
