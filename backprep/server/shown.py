"""A verdict as the page shows it."""

from __future__ import annotations

from typing import Any

from backprep.judge.verdict import Verdict


def shown(verdict: Verdict) -> dict[str, Any]:
    """What `--json` prints, with the parts of its messages apart."""
    said = verdict.as_json()
    for check, one in zip(said["checks"], verdict.checks, strict=True):
        failed = one.outcome in ("failed", "error")
        check["advice"] = one.advice if failed else ""
        # what is true of the whole answer is said once
        check["message"] = "" if one.message == verdict.summary else one.message
    return {**said, "summary": verdict.summary}
