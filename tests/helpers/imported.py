"""What a new process has imported."""

import json
import subprocess
import sys

SAY = "import json, sys; print('', json.dumps(list(sys.modules)), sep='\\n')"


def imported_after(code):
    """The names of all modules that a new process has imported once it ran `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SAY}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))
