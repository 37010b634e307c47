"""Draw every picture of the site: `make pictures`."""

from __future__ import annotations

import torch

from backprep.bank.questions import bank_root
from backprep.plots import amp
from backprep.site.pictures import (
    beam,
    causal_mask,
    dropout,
    nucleus,
    padding,
    polynomial,
    resumed,
    rotary,
    running_mean,
    training_curves,
)

FOLDER = bank_root() / "docs/assets/pictures"
DRAWERS = (
    polynomial.draw,
    training_curves.draw,
    padding.draw,
    dropout.draw,
    running_mean.draw,
    resumed.draw,
    rotary.draw,
    causal_mask.draw,
    nucleus.draw,
    beam.draw,
    amp.draw,
)
"""Each draws into a folder and gives the files that it wrote."""


def main() -> None:
    """Draw every picture of the pages anew."""
    torch.set_num_threads(1)  # the same sums in the same order
    for draw in DRAWERS:
        for path in draw(FOLDER):
            print(path)


if __name__ == "__main__":
    main()
