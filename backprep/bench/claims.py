"""What a machine's numbers make of the two claims on every list of answers."""

from __future__ import annotations

from backprep.bench.record import Pair, Record

HALF = 0.55
"""Up to here a ratio of bytes passes for a half."""


def memory_verdict(pair: Pair) -> str:
    """Of "half the memory": what training takes as a whole."""
    if pair.whole_ratio <= HALF:
        return "holds"
    return "less is saved" if pair.whole_ratio < 1 else "nothing is saved"


def speed_verdict(pair: Pair) -> str:
    """Of "50 to 100 % faster"."""
    if not pair.steady:
        return "too unsteady to say"
    if pair.speed_up > 2:
        return "faster than that"
    if pair.speed_up >= 1.5:
        return "holds"
    return "slower than that" if pair.speed_up > 1 else "slower than fp32"


def report(record: Record) -> str:
    """A line for each claim on each case; it judges the claims, not the machine."""
    machine = record.machine
    lines = [f"{machine['name']}, torch {machine['torch']}"]
    for pair in record.pairs:
        lines += [
            f"  {pair.name}",
            f"    half the memory: {memory_verdict(pair)} "
            f"({pair.whole_ratio:.2f} of fp32's; kept by autograd "
            f"{pair.kept_ratio:.2f})",
            f"    50 to 100 % faster: {speed_verdict(pair)} "
            f"({pair.speed_up:.2f} times as fast)",
        ]
    return "\n".join(lines)
