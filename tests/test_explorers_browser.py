"""Explorers on the built pages, moved in a real browser, against what Python draws.

A page is opened once, and its explorers are moved from test to test. For each explorer
it is opened once more by a link to a state, on a phone and on a desk in turn.
"""

import gzip
import re
from functools import cache

import browser as bench
import pytest
from browser import DESKTOP, HTML, PHONE, POLICY
from helpers import explorer_of
from live_kernel import ON_PAGES

#: Where each stands, by the name that it has in an address.
PAGES = {
    "dead-nodes": "08_relu.html",
    "depth": "08_relu.html",
    "overfitting": "07_overfitting.html",
    "penalty": "07_overfitting.html",
    "network-size": "02_weighted_sums.html",
    "neuron": "02_weighted_sums.html",
    "activation": "03_activations.html",
    "scores": "04_softmax.html",
    "confidence": "04_softmax.html",
    "training": "06_learning.html",
    "learning-rate": "06_learning.html",
    "backprop": "05_backprop.html",
    "playground": "playground.html",
}
#: A desktop of 1280 pixels at a zoom of 400%.
ZOOMED = {"width": 320, "height": 256}
SETTLED = 1100  # milliseconds: longer than the script holds on to a figure

# What a reader's eye and thumb have trouble with: texts smaller than 11 pixels, texts
# that lie over each other, targets smaller than 24 pixels, what sticks out sideways.
TROUBLE = """figure => {
  const found = [];
  const box = e => e.getBoundingClientRect();
  for (const picture of figure.querySelectorAll("svg")) {
    const texts = [...picture.querySelectorAll("text")].filter(t => t.textContent);
    const scale = picture.getScreenCTM().a;
    for (const text of texts) {
      const size = Number(text.getAttribute("font-size")) * scale;
      if (size < 11) found.push(`${size} px: ${text.textContent}`);
    }
    texts.forEach((one, k) => texts.slice(k + 1).forEach(other => {
      const [a, b] = [box(one), box(other)];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 5)
        found.push(`over each other: ${one.textContent}, ${other.textContent}`);
    }));
  }
  for (const target of figure.querySelectorAll("input, select, button")) {
    if (!target.checkVisibility()) continue; // folded away
    const {width, height} = box(target);
    if (Math.min(width, height) < 24) found.push(`small: ${target.outerHTML}`);
  }
  const {left, right} = box(figure);
  if (left < 0 || right > innerWidth) found.push(`from ${left} to ${right}`);
  for (let around = figure.parentElement; around; around = around.parentElement) {
    const {overflowX, contentVisibility} = getComputedStyle(around);
    if (overflowX === "visible" && contentVisibility === "visible") continue;
    const edge = box(around);
    if (edge.left > left + 1 || edge.right < right - 1) found.push("cut off");
  }
  return found;
}"""
#: Goes to an address on the page, and waits until the page has heard of it.
GO = """hash => new Promise(done => {
  addEventListener("hashchange", () => requestAnimationFrame(done), {once: true});
  location.hash = hash;
})"""
# Scrolls so far that the pictures begin below what stays at the upper edge.
TO_PICTURES = """figure => {
  const first = ":is(.nn-control:has(input), .nn-buttons)";
  const held = [document.querySelector(".top"),
    ...figure.querySelectorAll(`.nn-first ${first}`)];
  const kept = held.reduce((sum, e) => sum + e.getBoundingClientRect().height, 0);
  const top = figure.querySelector(".nn-panels").getBoundingClientRect().top;
  scrollBy({top: top - kept, behavior: "instant"});
}"""
# What of an explorer is in sight: the pictures that are whole and uncovered, the
# sliders, and the part of the screen that neither the page's bar nor they cover.
IN_SIGHT = """figure => {
  const box = e => e.getBoundingClientRect();
  const of = query => [...figure.querySelectorAll(query)].map(box);
  const controls = of(".nn-control:has(input), .nn-buttons");
  const first = figure.querySelector(".nn-first");
  const bar = box(document.querySelector(".top")).bottom;
  const from = first ? Math.max(...controls.map(c => c.bottom)) : bar;
  const below = first ? innerHeight : box(figure.querySelector(".nn-controls")).top;
  const to = Math.min(innerHeight, below);
  const inside = low => b => b.top >= low - 1 && b.bottom <= innerHeight + 1;
  return {
    pictures: of(".nn-panels > svg").filter(
      b => b.top >= from - 1 && b.bottom <= to + 1).length,
    sliders: of("input[type=range]").filter(inside(bar)).length,
    free: (to - from) / innerHeight,
  };
}"""
# How many of its parts stay while the page scrolls; its title does so sideways only.
STUCK = """figure => [...figure.querySelectorAll("*")].filter(part =>
  getComputedStyle(part).position === "sticky" && !part.matches("figcaption")).length"""
#: By how much the page may be scrolled sideways.
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module", params=ON_PAGES)
def explorer(request):
    return explorer_of(request.param)


def opened(page, site, explorer, fragment=""):
    page.goto(site + PAGES[explorer.name] + fragment)
    figure = page.locator(f"figure#{explorer.name}")
    figure.scroll_into_view_if_needed()
    return figure


@pytest.fixture(scope="module")
def pages(browser, site):
    """Open each page once, for all tests that move something on it, without fault."""
    context = browser.new_context(viewport=DESKTOP)
    seen = {}

    @cache
    def page_at(address):
        page = context.new_page()
        seen[address] = bench.watch(page, site)
        page.goto(site + address)
        return page

    yield page_at
    context.close()
    assert [fault for each in seen.values() for fault in each.faults()] == []


@pytest.fixture(scope="module")
def figure(pages, explorer):
    page = pages(PAGES[explorer.name])
    page.bring_to_front()
    found = page.locator(f"figure#{explorer.name}")
    found.scroll_into_view_if_needed()
    return found


STOP = """control => control.role === "radiogroup"
  ? [...control.querySelectorAll("input")].findIndex(one => one.checked)
  : Number(control.value)"""


def stops_of(figure, explorer):
    """Read the stops off the page's controls."""
    where = [f"[data-control={control.name}]" for control in explorer.controls]
    return tuple(figure.locator(each).evaluate(STOP) for each in where)


def last_slider(explorer):
    """Give the last slider, and its place among the controls."""
    controls = list(enumerate(explorer.controls))
    return [(k, c) for k, c in controls if c.kind == "slider"][-1]


def same(text):
    """Give SVG as the browser and Python may both write it."""
    text = text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("&nbsp;", " ")
    return re.sub(r"\s*/?>(?:</(?:path|rect|image|circle)>)?", ">", text.strip())


READ = """figure => Object.fromEntries([...figure.querySelectorAll("[data-at]")].map(
  place => [place.dataset.at, ["say", "code"].includes(place.dataset.at)
    ? place.textContent : place.innerHTML]))"""


def check_shows(figure, explorer, stops):
    figure.locator("xpath=self::*[@data-ready]").wait_for()
    shown = figure.evaluate(READ)
    expected = explorer.state(stops)
    assert shown.pop("say") == explorer.sentence(stops)
    assert shown.pop("code", "") == explorer.code(stops)
    del expected["say"]
    expected.pop("code", None)
    assert shown.keys() == expected.keys()
    for place, text in expected.items():
        assert same(shown[place]) == same(text), place


def test_every_explorer_stands_in_a_chapter(explorer):
    assert f'id="{explorer.name}"' in (HTML / PAGES[explorer.name]).read_text("utf-8")


ROLES = {
    ("slider", False): "slider",
    ("choice", False): "radiogroup",
    ("choice", True): "combobox",
}


def test_those_who_cannot_see_it_get_name_value_and_sentence(figure, explorer):
    tree = figure.aria_snapshot().replace("''", "'")  # as YAML writes them
    assert f'figure "{explorer.title}"' in tree
    assert f'img "{explorer.alt}"' in tree
    assert "- status" in tree
    said = explorer.sentence(explorer.start).replace("\u00a0", " ")
    tree = tree.replace("\\", "").replace("\u00a0", " ")
    assert said in tree
    # The sentence that keeps the room is for nobody's ears.
    longest = figure.locator(".nn-say").get_attribute("data-longest")
    longest = longest.replace("\u00a0", " ")
    assert tree.count(longest) == (longest == said)
    for control in explorer.controls:
        role = ROLES[control.kind, control.apart]
        assert f'{role} "{control.label}"' in tree


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_keys_move_it_and_start_again_brings_it_back(figure, explorer, theme):
    figure.page.emulate_media(color_scheme=theme)
    paper = figure.evaluate("f => getComputedStyle(f).backgroundColor")
    assert (min(map(int, re.findall(r"\d+", paper))) > 128) == (theme == "light")
    figure.get_by_role("button", name="Start again").click()
    start = explorer.start
    assert stops_of(figure, explorer) == start
    place, control = last_slider(explorer)
    slider = figure.get_by_role("slider").last
    slider.press("ArrowRight" if start[place] == 0 else "ArrowLeft")
    stops = stops_of(figure, explorer)
    assert stops != start
    check_shows(figure, explorer, stops)
    assert slider.get_attribute("aria-valuetext") == control.shown[stops[place]]
    figure.get_by_role("button", name="Start again").click()
    check_shows(figure, explorer, start)


def test_choices_move_it(figure, explorer):
    choices = [c for c in explorer.controls if c.kind == "choice"]
    for control in choices:
        other = control.shown[-1 if control.start == 0 else 0]
        if control.apart:
            figure.get_by_label(control.label).select_option(label=other)
        else:
            group = figure.get_by_role("radiogroup", name=control.label)
            group.get_by_role("radio", name=other, exact=True).check()
    stops = stops_of(figure, explorer)
    assert sum(a != b for a, b in zip(stops, explorer.start, strict=True)) >= len(
        choices
    )
    check_shows(figure, explorer, stops)


def test_a_drag_moves_it(figure, explorer):
    page = figure.page
    before = stops_of(figure, explorer)
    slider = figure.get_by_role("slider").first
    slider.hover()  # waits until it rests
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=7)
    page.mouse.up()
    stops = stops_of(figure, explorer)
    assert stops != before
    check_shows(figure, explorer, stops)


def test_a_phone_shows_all_of_it_legibly_and_so_does_a_zoom_of_four(figure, explorer):
    page = figure.page
    ends = [explorer.start, tuple(len(c) - 1 for c in explorer.controls)]
    page.set_viewport_size(PHONE)
    for stops in ends:
        moved = "&".join(
            f"{c.name}={c.shown[k]}"
            for c, k in zip(explorer.controls, stops, strict=True)
        )
        page.evaluate(GO, f"{explorer.name}?{moved}")
        check_shows(figure, explorer, stops)
        assert figure.evaluate(TROUBLE) == []
    page.set_viewport_size(ZOOMED)
    assert page.evaluate(SIDEWAYS) <= 0
    assert [t for t in figure.evaluate(TROUBLE) if "px: " not in t] == []
    page.set_viewport_size(DESKTOP)
    assert figure.evaluate(TROUBLE) == []


def test_its_address_leads_another_reader_to_the_same_state(page, site, explorer):
    place, control = last_slider(explorer)
    stop = 1 if control.start != 1 else 0
    stops = (*explorer.start[:place], stop, *explorer.start[place + 1 :])
    address = f"#{explorer.name}?{control.name}={control.shown[stop]}"
    size = (DESKTOP, PHONE)[list(PAGES).index(explorer.name) % 2]
    page.set_viewport_size(size)
    page.goto(site + PAGES[explorer.name] + address)
    page.wait_for_timeout(SETTLED)
    figure = page.locator(f"figure#{explorer.name}")
    assert -5 <= figure.bounding_box()["y"] <= size["height"] / 2
    check_shows(figure, explorer, stops)
    # Moved once more, the address says so.
    figure.get_by_role("slider").last.press("End")
    page.wait_for_function(
        "end => decodeURIComponent(location.hash).endsWith(end)",
        arg=f"={control.shown[-1]}",
    )


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


def test_a_finger_that_scrolls_across_a_slider_leaves_it_where_it_is(browser, site):
    explorer = explorer_of("neuron")
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(site + PAGES["neuron"] + "#neuron")
        page.wait_for_timeout(SETTLED)
        figure = page.locator("figure#neuron")
        slider = figure.get_by_role("slider").first
        box = slider.bounding_box()
        x, y = box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y)
        assert stops_of(figure, explorer)[0] == 1
        touch = context.new_cdp_session(page)
        at = x + 0.8 * box["width"]
        scrolled = page.evaluate("scrollY")
        for k, kind in enumerate(["touchStart", *["touchMove"] * 9, "touchEnd"]):
            finger = [{"x": at, "y": y - 20 * k}] if kind != "touchEnd" else []
            event = {"type": kind, "touchPoints": finger}
            touch.send("Input.dispatchTouchEvent", event)
            page.wait_for_timeout(16)
        page.wait_for_function("before => scrollY > before + 50", arg=scrolled)
        check_shows(figure, explorer, (1, *explorer.start[1:]))


def test_a_phone_shows_what_a_slider_moves_while_it_moves(browser, site, explorer):
    tall = {"width": 360, "height": 780}
    with browser.new_context(viewport=tall, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(site + PAGES[explorer.name] + f"#{explorer.name}")
        page.wait_for_timeout(SETTLED)
        figure = page.locator(f"figure#{explorer.name}")
        figure.evaluate(TO_PICTURES)
        seen = figure.evaluate(IN_SIGHT)
        assert seen["pictures"] >= min(2, len(explorer.panels(explorer.start)))
        assert seen["sliders"] == figure.get_by_role("slider").count()
        slider, scrolled = figure.get_by_role("slider").last, page.evaluate("scrollY")
        box, before = slider.bounding_box(), stops_of(figure, explorer)
        page.touchscreen.tap(
            box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2
        )
        touched = stops_of(figure, explorer)
        assert touched != before
        slider.press("ArrowLeft")
        assert stops_of(figure, explorer) not in (before, touched)
        check_shows(figure, explorer, stops_of(figure, explorer))
        assert page.evaluate("scrollY") == scrolled
        assert figure.evaluate(IN_SIGHT) == seen
        # On a low screen a part of the picture stays free, and at a zoom of 400%
        # nothing stands over it.
        page.set_viewport_size({"width": 360, "height": 540})
        figure.evaluate(TO_PICTURES)
        assert figure.evaluate(IN_SIGHT)["free"] > 0.3
        page.set_viewport_size(ZOOMED)
        assert figure.evaluate(STUCK) == 0


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
    page.goto(site + PAGES[playground.name])
    sizes = page.evaluate(
        "() => ['resource', 'navigation'].flatMap(kind => performance"
        ".getEntriesByType(kind)).map(entry => entry.transferSize)"
    )
    assert 20_000 < sum(sizes) < 600_000
    assert sum(sizes) + sum(map(sum, states_on(PAGES[playground.name]))) < 2_000_000
