"""What the reader prepares for, and the path that follows from it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

AIM = "Half precision"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def first(page):
    return page.locator(".backprep-next-link").first


@pytest.fixture
def home(open_page):
    page = open_page("")
    expect(page.get_by_label("Your aim")).to_be_enabled()
    return page


@pytest.fixture
def aimed(home):
    home.get_by_label("Your aim").select_option(AIM)
    expect(first(home)).to_have_text("A step in half precision")
    return home


def test_the_path_follows_the_aim_which_is_kept_and_given_up(aimed, events):
    assert [(e["kind"], e["data"]) for e in events(aimed)] == [
        ("aimed", {"aim": "half precision"})
    ]
    aimed.reload()
    expect(first(aimed)).to_have_text("A step in half precision")
    expect(aimed.get_by_label("Your aim")).to_have_value("half precision")
    expect(aimed.get_by_text(f"All about {AIM}.")).to_be_visible()
    expect(aimed.get_by_text("All about Everything.")).to_be_hidden()
    foot = aimed.locator(".backprep-next-foot")
    expect(foot).to_contain_text(f"{AIM}: 0 of 1 question passed, 0 of 5 in all.")
    aimed.get_by_label("Your aim").select_option("Everything")
    expect(aimed.get_by_role("link", name="Start")).to_be_visible()
    assert aimed.problems == []


def test_the_plan_and_the_mock_interview_are_of_the_aim(aimed, open_page):
    page = open_page("progress/")
    expect(page.locator(".backprep-plan-aim")).to_contain_text(f"{AIM}: 0 of 1")
    page.get_by_label("Interview on").fill("2026-12-01")
    press(page, "Plan for it")
    day = page.locator(".backprep-plan-day")
    expect(day.first.get_by_role("link")).to_have_text(["A step in half precision"])
    assert page.problems == []
    page = open_page("mock/")
    expect(page.get_by_label("Aim")).to_have_value("half precision")
    expect(page.get_by_label("Autograd")).to_be_hidden()
    press(page, "Plan the interview")
    expect(page.locator(".backprep-mock-plan li")).to_have_count(1)
    assert "aim=half+precision" in page.url
    page.reload()
    expect(page.locator(".backprep-mock-plan li")).to_have_count(1)
    assert page.problems == []


def test_a_partner_s_address_draws_from_everything_whatever_the_aim(aimed, open_page):
    page = open_page("mock/?minutes=45&topics=&seed=7")
    expect(page.locator(".backprep-mock-plan li").nth(1)).to_be_visible()
    assert page.problems == []


def test_an_aim_that_is_done_says_so_and_goes_on_with_the_bank(aimed, open_page):
    page = open_page("questions/amp/step/")
    press(page, "Start")
    press(page, "Done")
    press(page, "They pass")
    expect(page.locator("backprep-state")).to_have_text("✓ passed")
    line = aimed.locator(".backprep-next-line")
    expect(line).to_contain_text(f"All of “{AIM}” is tried.")
    expect(aimed.locator(".backprep-next-why")).to_have_text(["Next of the bank"])
    assert aimed.problems == []
