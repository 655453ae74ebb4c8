"""Explorers on the built pages, moved in a real browser, against what Python draws."""

import gzip
import re
from functools import cache

import pytest
from browser import DESKTOP, HTML, PHONE, POLICY

from nnbook import explorers

PAGES = {
    "depth": "08_relu.html",
    "overfitting": "07_overfitting.html",
    "penalty": "07_overfitting.html",
    "neuron": "02_weighted_sums.html",
    "activation": "03_activations.html",
    "scores": "04_softmax.html",
    "confidence": "04_softmax.html",
    "training": "06_learning.html",
    "learning_rate": "06_learning.html",
    "recorded": "playground.html",
}
#: On a page it is the recorded runs.
LIVE_ONLY = {"playground"}


@cache
def explorer_of(name):
    made = getattr(explorers, name)()
    made.page = PAGES[name]
    return made


@pytest.fixture(params=PAGES)
def explorer(request):
    return explorer_of(request.param)


def opened(page, site, explorer, fragment=""):
    page.goto(site + explorer.page + fragment)
    figure = page.locator(f"figure#{explorer.name}")
    figure.scroll_into_view_if_needed()
    return figure


def stops_of(figure, explorer):
    """Read the stops off the page's controls."""
    where = [f"[data-control={control.name}]" for control in explorer.controls]
    return tuple(int(figure.locator(each).input_value()) for each in where)


def same(text):
    """Give SVG as the browser and Python may both write it."""
    text = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    return re.sub(r"\s*/?>(?:</(?:path|rect|image|circle)>)?", ">", text.strip())


def check_shows(figure, explorer, stops):
    figure.locator("xpath=self::*[@data-ready]").wait_for()
    for place, text in explorer.state(stops).items():
        where = figure.locator(f'[data-at="{place}"]')
        if place == "say":
            # Not inner_text, which is empty where the page skips what is off screen.
            assert where.text_content() == explorer.sentence(stops)
        elif place == "code":
            assert where.text_content() == explorer.code(stops)
        else:
            assert same(where.inner_html()) == same(text), place


def test_every_explorer_has_its_page():
    assert set(PAGES) == set(explorers.__all__) - LIVE_ONLY


def test_every_explorer_stands_on_its_page(explorer):
    assert f'id="{explorer.name}"' in (HTML / explorer.page).read_text("utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_keys_move_it_and_the_address_says_where(page, site, explorer, theme):
    page.emulate_media(color_scheme=theme)
    figure = opened(page, site, explorer)
    start = explorer.start
    assert stops_of(figure, explorer) == start
    slider = figure.get_by_role("slider").last
    slider.press("ArrowRight" if start[-1] == 0 else "ArrowLeft")
    stops = stops_of(figure, explorer)
    assert stops != start
    check_shows(figure, explorer, stops)
    control = explorer.controls[-1]
    shown = control.shown[stops[-1]]
    assert slider.get_attribute("aria-valuetext") == shown
    page.wait_for_url("**#*?*")
    # The address brings another reader to the same state.
    address = page.url.split("#", 1)[1]
    figure = opened(page, site, explorer, "?again#" + address)
    check_shows(figure, explorer, stops)
    figure.get_by_role("button", name="Start again").click()
    check_shows(figure, explorer, start)


def test_a_drag_moves_it(page, site, explorer):
    figure = opened(page, site, explorer)
    slider = figure.get_by_role("slider").first
    slider.hover()  # waits until it rests
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=7)
    page.mouse.up()
    stops = stops_of(figure, explorer)
    assert stops != explorer.start
    check_shows(figure, explorer, stops)


def test_those_who_cannot_see_it_get_name_value_and_sentence(page, site, explorer):
    figure = opened(page, site, explorer)
    tree = figure.aria_snapshot().replace("''", "'")  # as YAML writes them
    assert f'figure "{explorer.title}"' in tree
    assert f'img "{explorer.alt}"' in tree
    assert "- status" in tree
    assert explorer.sentence(explorer.start) in tree.replace("\\", "")
    for control in explorer.controls:
        if control.kind == "slider":
            assert f'slider "{control.label}"' in tree


def test_it_plays_to_the_end_and_rests_where_motion_is_unwanted(page, site):
    explorer = explorer_of("training")
    page.emulate_media(reduced_motion="reduce")
    figure = opened(page, site, explorer)
    button = figure.get_by_role("button", name="Step")
    button.click()
    check_shows(figure, explorer, (1,))
    page.wait_for_timeout(500)
    assert stops_of(figure, explorer) == (1,)
    page.emulate_media(reduced_motion="no-preference")
    page.goto("about:blank")
    figure = opened(page, site, explorer, "#training?epoch=1,500")
    figure.get_by_role("button", name="Play").click()
    figure.get_by_role("button", name="Pause").wait_for()
    figure.get_by_role("button", name="Play").wait_for()
    check_shows(figure, explorer, (len(explorer.controls[0]) - 1,))


@pytest.mark.parametrize("name", ["neuron", "training"])
def test_a_phone_shows_all_of_it(page, site, name):
    page.set_viewport_size(PHONE)
    explorer = explorer_of(name)
    box = opened(page, site, explorer).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("name", ["neuron", "recorded"])
def test_it_works_from_a_disk(page, name):
    explorer = explorer_of(name)
    figure = opened(page, HTML.as_uri() + "/", explorer)
    figure.get_by_role("slider").first.press("ArrowRight")
    check_shows(figure, explorer, stops_of(figure, explorer))


def states_on(page):
    """Give the bytes of each state file of a page's explorers, as they travel."""
    text = (HTML / page).read_text("utf-8")
    found = re.findall(r'data-keys="([^"]+)" data-states="([^"]+)"', text)
    assert len(found) == list(PAGES.values()).count(page)
    return [
        [len(gzip.compress((HTML / folder / f"{key}.js").read_bytes())) for key in each]
        for each, folder in ((keys.split(), folder) for keys, folder in found)
    ]


def test_the_states_of_a_page_are_small():
    for page in set(PAGES.values()):
        files = states_on(page)
        needed = sum(first + max(rest, default=0) for first, *rest in files)
        assert needed < 330_000, (page, files)
        # With what else a page has, 2 MB are never passed: see test_site_browser.
        assert sum(map(sum, files)) < 1_650_000, page


def test_the_readme_gives_the_header_under_which_the_pages_were_tested():
    assert POLICY in HTML.parents[1].joinpath("README.md").read_text("utf-8")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_link_to_a_state_leads_to_the_figure(page, site, explorer, size):
    page.set_viewport_size(size)
    control = explorer.controls[-1]
    page.goto(
        f"{site}{explorer.page}#{explorer.name}?{control.name}={control.shown[1]}"
    )
    page.wait_for_timeout(1500)  # longer than the script holds on to it
    top = page.locator(f"figure#{explorer.name}").bounding_box()["y"]
    assert -5 <= top <= size["height"] / 2


# ---- the playground's page: states in parts, code that follows --------------------


@pytest.fixture
def playground():
    return explorer_of("recorded")


def loaded(page):
    """List the state files that the page has asked for."""
    files = [address for address in page.seen.requests if "/explorers/" in address]
    assert len(files) == len(set(files))
    return files


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_loads_its_run_and_no_other(page, site, playground, theme):
    page.emulate_media(color_scheme=theme)
    figure = opened(page, site, playground)
    figure.hover()
    check_shows(figure, playground, playground.start)
    count = 2  # what all need, and the first run
    assert len(loaded(page)) == count
    stops = list(playground.start)
    for axis, control in enumerate(playground.controls[:-1]):
        menu = figure.get_by_label(control.label)
        menu.focus()
        down = stops[axis] == 0
        menu.press("ArrowDown" if down else "ArrowUp")
        stops[axis] += 1 if down else -1
        count += 1
        check_shows(figure, playground, tuple(stops))
        assert len(loaded(page)) == count
    figure.get_by_text("Show me the code").click()
    shown = figure.locator("[data-at=code]")
    for _ in range(3):
        figure.get_by_role("slider").press("ArrowRight")
        stops[-1] += 1
        check_shows(figure, playground, tuple(stops))
        assert shown.inner_text().strip() == playground.code(stops)
    assert len(loaded(page)) == count
    page.wait_for_url("**#playground?*epoch=3")
    address = page.url.split("#", 1)[1]
    figure = opened(page, site, playground, "?again#" + address)
    check_shows(figure, playground, tuple(stops))


def test_who_chooses_faster_than_runs_arrive_sees_the_last_choice(
    page, site, playground
):
    figure = opened(page, site, playground)
    figure.hover()
    check_shows(figure, playground, playground.start)
    page.route("**/explorers/*.js", lambda route: slow(page, route))
    data, rate = playground.controls[0], playground.controls[3]
    for stop in (1, 2, 3):
        figure.get_by_label(data.label).select_option(str(stop))
        figure.get_by_label(rate.label).select_option(str(stop % 2))
    assert figure.get_attribute("aria-busy") == "true"
    stops = (3, *playground.start[1:3], 1, 0)
    check_shows(figure, playground, stops)
    assert figure.get_attribute("aria-busy") is None
    loaded(page)  # none of them twice


def slow(page, route):
    """Let a file take its time."""
    page.wait_for_timeout(60)
    route.continue_()


def test_all_that_can_be_moved_stays_below_the_limit(page, site, playground):
    page.goto(site + playground.page)
    sizes = page.evaluate(
        "() => ['resource', 'navigation'].flatMap(kind => performance"
        ".getEntriesByType(kind)).map(entry => entry.transferSize)"
    )
    assert 20_000 < sum(sizes) < 600_000
    assert sum(sizes) + sum(map(sum, states_on(playground.page))) < 2_000_000
