"""The guide to practice says what is so."""

import re
from itertools import product

from backprep.bank.questions import bank_root
from backprep.captures import screen as captures
from backprep.screen import keys

GUIDE = bank_root() / "docs/guides/practice.md"
PICTURES = bank_root() / "docs/assets/captures"


def test_the_guide_has_every_key():
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", GUIDE.read_text(), re.MULTILINE)
    assert rows[: len(keys.KEYS)] == [(key.sign, key.more) for key in keys.KEYS]


def test_it_shows_every_picture_light_and_dark():
    shown = re.findall(r"captures/(\S+)-(light|dark)\.svg#only-\2", GUIDE.read_text())
    assert sorted(shown) == sorted(product(captures.SCENES, ("light", "dark")))
    assert {path.stem for path in PICTURES.iterdir()} == {"-".join(s) for s in shown}


def test_the_pictures_fetch_nothing():
    for picture in PICTURES.iterdir():
        assert "url(" not in re.sub(r"url\(#", "", picture.read_text())
