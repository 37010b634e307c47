"""Draw every picture of the site: `make pictures`."""

from __future__ import annotations

from backprep.bank import root
from backprep.pictures import amp

FOLDER = root() / "docs/assets/pictures"
DRAWERS = (amp.draw,)
"""Each draws into a folder and gives the files that it wrote."""


def main() -> None:
    for draw in DRAWERS:
        for path in draw(FOLDER):
            print(path)


if __name__ == "__main__":
    main()
