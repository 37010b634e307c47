"""The guide on planning shows what its commands say, and its picture what they draw."""

from backprep.captures import guide


def test_the_guide_shows_what_the_commands_say():
    """Write it anew: make captures"""
    page = guide.PAGE.read_text()
    assert guide.filled(page) == page
    assert page.count("$ backprep") >= 4


def test_the_picture_is_what_is_drawn(tmp_path):
    """Draw it anew: make captures"""
    for path in guide.pictures(tmp_path):
        assert path.read_text() == (guide.PICTURE.parent / path.name).read_text()
