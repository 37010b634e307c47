"""The command as a client starts it: over pipes, with the real judge."""

import asyncio
import json
import os
import subprocess
import sys

import pytest
from mcp.shared.exceptions import MCPError

from backprep.bank.question import read_text
from backprep.bank.questions import read_question
from tests.helpers.imported import imported_after
from tests.tool.event_loop import run
from tests.tool.tutor.conftest import Candidate, text

GRADIENT = read_question("autograd/gradient")
WRONG = (
    "def gradient(f, x):\n    x.requires_grad_()\n"
    "    f(x).sum().backward()\n    return x.grad\n"
)
READS_THE_BANK = f"""\
from pathlib import Path
text = Path({str(GRADIENT.solution_path)!r}).read_text()
print(text)

def gradient(f, x):
    raise RuntimeError(text)
"""


async def told(client, tool, **arguments):
    """What a tool told that did what was asked, as JSON where it is."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text(result)
    return result.structured_content or text(result)


async def refused(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert result.is_error, text(result)
    return text(result)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_from_a_mistake_to_a_pass(stdio, workspace, mode):
    candidate = Candidate("decline")

    async def session():
        async with stdio(candidate, mode) as client:
            begun = await told(client, "begin_attempt", question="gradient")
            assert begun["running"]
            path = workspace / "answers" / "autograd" / "gradient.py"
            assert begun["file"] == str(path)
            assert "stays closed" in await refused(
                client, "rubric", question="gradient"
            )
            path.write_text(WRONG)
            wrong = await told(client, "judge_answer", question="gradient")
            assert wrong["verdict"] == "failed"
            assert wrong["summary"].startswith("Looks like: marks the tensor")
            (check,) = [
                c for c in wrong["checks"] if c["title"] == "leaves x as it was"
            ]
            assert "your function changed its input `x`" in check["message"]
            assert check["advice"]
            await told(client, "hint", question="gradient", level=1)
            code = {"question": "gradient", "code": WRONG}
            said = await refused(client, "try_code", **code)
            assert said == "The candidate did not let it run."
            assert WRONG in candidate.asked.pop()
            assert await refused(client, "reveal_answer", question="gradient")
            assert len(candidate.asked) == 1
            path.write_text(read_text(GRADIENT.solution_path))
            right = await told(client, "judge_answer", question="gradient")
            assert right["verdict"] == "passed"
            assert "one hint" in right["counted"]
            assert (await told(client, "rubric", question="gradient"))["must_have"]
            assert "reference" in await told(
                client, "reveal_answer", question="gradient"
            )
            assert len(candidate.asked) == 1

    run(session())


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_reveal_is_the_candidates_own(stdio, mode):
    async def session():
        async with stdio(Candidate(), mode) as client:
            answer = await told(client, "reveal_answer", question="gradient")
            assert "torch.autograd.grad" in answer
        async with stdio(None, mode) as client:
            said = await refused(client, "reveal_answer", question="dropout")
            assert said.endswith("in a terminal they can say: backprep reveal dropout")

    run(session())


def test_a_text_that_reads_the_bank_tells_nothing_of_it(stdio):
    async def session():
        async with stdio(Candidate()) as client:
            result = await client.call_tool(
                "try_code", {"question": "gradient", "code": READS_THE_BANK}
            )
            assert not result.is_error
            assert result.structured_content["verdict"] == "failed"
            said = f"{text(result)} {result.structured_content}"
            assert "allow_unused" in read_text(GRADIENT.solution_path)
            assert "allow_unused" not in said

    run(session())


def test_verdicts_that_are_asked_for_at_once_all_come(stdio, write_answer):
    write_answer(WRONG)

    async def session():
        async with stdio(Candidate()) as client:
            asked = [
                told(client, "judge_answer", question="gradient"),
                told(client, "try_code", question="gradient", code=WRONG),
                told(client, "judge_answer", question="gradient"),
                told(client, "read_question", question="dropout"),
            ]
            *verdicts, read = await asyncio.gather(*asked)
            assert [one["verdict"] for one in verdicts] == ["failed"] * 3
            assert read["id"] == "train_vs_eval/dropout"

    run(session())


def test_ten_megabytes_are_refused_and_the_session_goes_on(stdio):
    async def session():
        async with stdio() as client:
            code = "#" * 10_000_000
            said = await refused(client, "try_code", question="gradient", code=code)
            assert said == "code: String should have at most 10000 characters."
            assert await told(client, "what_next")

    run(session())


def test_a_damaged_journal_is_said_and_keeps_no_one_from_work(stdio, home):
    home.mkdir()
    (home / "journal.db").write_bytes(b"no database" * 1000)

    async def session():
        async with stdio() as client:
            begun = await told(client, "begin_attempt", question="gradient")
            assert begun["notice"].startswith("The journal was damaged")
            assert begun["running"]
            assert "stays closed" in await refused(
                client, "rubric", question="gradient"
            )

    run(session())


def test_an_attempt_waits_when_the_client_goes(stdio, coach):
    async def session():
        async with stdio() as client:
            await told(client, "begin_attempt", question="gradient")

    run(session())
    coach.sync()
    (attempt,) = coach.unfinished()
    assert not attempt.running


def test_what_is_wrong_with_a_prompt_is_said(stdio):
    async def session():
        async with stdio() as client:
            held = await client.get_prompt("interviewer", {"minutes": "30"})
            assert "mock_interview with 30 minutes" in held.messages[0].content.text
            with pytest.raises(MCPError, match="Did you mean autograd/gradient"):
                await client.get_prompt("tutor", {"question": "gradent"})
            with pytest.raises(MCPError, match="a whole number from 1 to 1440"):
                await client.get_prompt("interviewer", {"minutes": "soon"})

    run(session())


def test_standard_output_is_the_protocols_alone(workspace, write_answer):
    write_answer("print('hello')\n" + WRONG)
    messages = [
        {"id": 1, "method": "initialize", "params": INITIALIZE},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": JUDGE},
        {"id": 3, "method": "no/such"},
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "backprep", "mcp"],
        cwd=workspace,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    with process:
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.write("this is not JSON\n")
        process.stdin.flush()
        answers = []
        while {1, 2, 3} - {answer.get("id") for answer in answers}:
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        rest = process.stdout.read().splitlines()
        assert all(map(json.loads, rest))
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 0
    (judged,) = [answer for answer in answers if answer.get("id") == 2]
    assert judged["result"]["structuredContent"]["output"] == "hello\n"


INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "by hand", "version": "0"},
}
JUDGE = {"name": "judge_answer", "arguments": {"question": "gradient"}}


def started(before):
    """How `backprep mcp` ends in a process that first runs `before`."""
    code = (
        f"import sys; {before}\n"
        "from backprep.cli.main import main\n"
        "sys.argv = ['backprep', 'mcp']; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )


def test_without_the_extra_it_says_what_installs_it(workspace):
    done = started("sys.modules['mcp'] = None")
    assert done.returncode == 2
    assert 'pip install "backprep[mcp]"' in done.stderr
    assert not done.stdout


def test_the_banks_own_solutions_are_nobodys_answers(backprep):
    done = backprep("mcp", "--answers", GRADIENT.root / "solutions")
    assert done.returncode == 2
    assert "holds the bank's own solutions" in done.stderr


def test_at_a_terminal_it_says_who_starts_it(workspace):
    done = started("sys.stdin = type('Tty', (), {'isatty': lambda _: True})()")
    assert done.returncode == 2
    assert "An assistant starts this command" in done.stderr


def test_no_other_command_imports_the_extra(workspace):
    code = (
        "from backprep.cli.main import cli; "
        "cli(['show', 'gradient'], standalone_mode=False)"
    )
    assert not {"mcp", "pydantic", "backprep.tutor"} & imported_after(code)


def test_serving_imports_no_torch():
    assert "torch" not in imported_after("import backprep.tutor.server")
