"""Every page in a browser: quiet, whole, light, readable by all, on any screen.

One walk over all pages, some at a time, writes down what each of them does; the tests
read what it found. Each page is opened once on a phone and once on a desk, and looked
at in both colour themes.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import browser as bench
import chromium
import lighthouse
import pytest

PAGES = sorted(
    path.relative_to(bench.HTML).as_posix()
    for path in bench.HTML.rglob("*.html")
    if not {"_static", "lite"} & set(path.relative_to(bench.HTML).parts)
)
CHAPTERS = [name for name in PAGES if name[:2].isdigit() and name[2] == "_"]
AT_ONCE = 3
SHIFT = 0.02
PAGE_BYTES, SCRIPT_BYTES, SITE_BYTES = 600_000, 120_000, 25_000_000

# Gathers how far the layout moved by itself.
WATCH_SHIFT = """
window.moved = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""
BYTES = """() => performance.getEntriesByType('resource')
  .concat(performance.getEntriesByType('navigation'))
  .map(e => [e.name, e.transferSize])"""
AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(
    n => `${v.id}: ${n.target.join(' ')}: ${n.html.slice(0, 90)}`));
}"""
ONLY_GLOSS = AXE.replace("document,", "'.gloss:popover-open',")
# Wide parts can be reached by keyboard: the page has looked at all of them.
REACHED = """() => new Promise(done => (function look() {
    if (performance.getEntriesByName("reached").length) done();
    else setTimeout(look, 10);
})())"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
LEAST_WORDS = 10.5  # pixels that the words of a figure are high on a phone
# The sizes of the words in the figures: texts, or groups of glyphs which are drawn
# 100 high. An index or a power is a part of its word, and may be smaller.
WORDS = """() => [...document.querySelectorAll("main svg:not(.letters)")].flatMap(
  picture => [...picture.querySelectorAll("text, g[transform*='scale(']")]
    .filter(word => word.querySelector("use") || word.textContent.trim())
    .map(word => {
      const size = parseFloat(getComputedStyle(word).fontSize);
      const {a, b} = word.getScreenCTM();
      const figure = picture.closest("figure")?.id;
      return [figure, Math.hypot(a, b) * (word.matches("text") ? size : 100)];
    }))"""
WIDE_FIGURES = """() => [...document.querySelectorAll("main figure")]
  .filter(figure => {
    const {left, right} = figure.getBoundingClientRect();
    let around = figure.closest("section > section") ?? figure;
    if (getComputedStyle(around).contentVisibility === "visible") around = figure;
    const section = around.getBoundingClientRect();
    return figure.scrollWidth > figure.clientWidth
      || left < section.left - 1 || right > section.right + 1;
  }).map(figure => figure.id)"""


@dataclass
class Visit:
    faults: list = field(default_factory=list)
    axe: list = field(default_factory=list)
    shift: float = 0.0
    bytes: int = 0
    script_bytes: int = 0
    overflow: int = 0
    words: list = field(default_factory=list)  # on a phone: figure, pixels
    wide: list = field(default_factory=list)  # figures that it scrolls or cuts off


async def visit(browser, site, name, found, axe):
    """Open a page twice and write down what it does."""
    for screen in (bench.PHONE, bench.DESKTOP):
        context = await browser.new_context(viewport=screen, color_scheme="light")
        page = await context.new_page()
        await page.add_init_script(WATCH_SHIFT)
        seen = bench.watch(page, site)
        await page.goto(site + name)
        await page.evaluate("document.fonts.ready.then(() => 0)")
        sizes = await page.evaluate(BYTES)
        # What is folded is to be read too.
        await page.evaluate(
            "document.querySelectorAll('details').forEach(d => { d.open = true })"
        )
        if screen is bench.PHONE:
            found.words = await page.evaluate(WORDS)
            found.wide = await page.evaluate(WIDE_FIGURES)
        # Behind what the page itself does when there is time.
        await page.evaluate(REACHED)
        await page.evaluate(axe)
        for theme in ("light", "dark"):
            await page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            where = f"{screen['width']} {theme}: "
            found.axe += [where + fault for fault in await page.evaluate(AXE)]
        found.overflow = max(found.overflow, await page.evaluate(OVERFLOW))
        found.shift = max(found.shift, await page.evaluate("window.moved"))
        found.bytes = max(found.bytes, sum(size for _, size in sizes))
        scripts = sum(size for address, size in sizes if address.endswith(".js"))
        found.script_bytes = max(found.script_bytes, scripts)
        found.faults += seen.faults()
        await context.close()


async def walk(site, path, names, axe):
    """Visit the pages, some at a time."""
    from playwright.async_api import async_playwright

    found = {name: Visit() for name in names}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(browser, name):
        async with gate:
            await visit(browser, site, name, found[name], axe)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=chromium.FLAGS
        )
        await asyncio.gather(*(one(browser, name) for name in names))
        await browser.close()
    return found


@pytest.fixture(scope="module")
def visits(site):
    """Walk over all pages, once, in a thread: the tests' own browser has a loop."""
    path = bench.need_browser()
    axe = (bench.npm_tools() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    with ThreadPoolExecutor(1) as thread:
        walking = thread.submit(lambda: asyncio.run(walk(site, path, PAGES, axe)))
        return walking.result()


def for_each(names):
    return pytest.mark.parametrize("name", names)


@for_each(PAGES)
def test_a_page_asks_no_other_host_says_nothing_and_misses_nothing(visits, name):
    assert visits[name].faults == []


@for_each(PAGES)
def test_axe_finds_nothing(visits, name):
    assert visits[name].axe == []


@for_each(PAGES)
def test_a_page_is_no_wider_than_the_screen(visits, name):
    assert visits[name].overflow <= 0


@for_each(PAGES)
def test_a_phone_shows_whole_figures_with_words_that_can_be_read(visits, name):
    assert visits[name].wide == []
    small = {(of, round(px, 1)) for of, px in visits[name].words if px < LEAST_WORDS}
    assert small == set()
    assert visits[name].words or name not in CHAPTERS


@for_each(PAGES)
def test_nothing_moves_by_itself(visits, name):
    assert visits[name].shift <= SHIFT


@for_each(PAGES)
def test_a_page_is_light(visits, name):
    # The index of the search is the one large script; it is on one page.
    limit = SCRIPT_BYTES if name != "search.html" else PAGE_BYTES
    assert 0 < visits[name].bytes < PAGE_BYTES
    assert visits[name].script_bytes < limit


@for_each(["index.html", "06_learning.html", "playground.html"])
def test_lighthouse_finds_nothing(site, name):
    bench.need_browser()
    quick = ("--throttling-method=provided", "--disable-full-page-screenshot")
    npm = bench.npm_tools()
    found = lighthouse.report(site + name, npm, lighthouse.STEADY, *quick)
    assert lighthouse.failed(found) == []
    assert lighthouse.scores(found) == dict.fromkeys(lighthouse.STEADY, 100)


def test_the_whole_site_is_small():
    files = [p for p in bench.HTML.rglob("*") if p.is_file()]
    own = [p for p in files if "lite" not in p.relative_to(bench.HTML).parts]
    assert sum(p.stat().st_size for p in own) < SITE_BYTES


# ---- what a page does -------------------------------------------------------


def test_the_theme_is_chosen_and_remembered(page, site):
    page.goto(site + "03_activations.html")
    paper = "() => getComputedStyle(document.documentElement).backgroundColor"
    before = page.evaluate(paper)
    page.get_by_role("button", name="Dark colours").click()
    after = page.evaluate(paper)
    assert before != after
    page.goto(site + "04_softmax.html")
    assert page.evaluate(paper) == after


def test_a_figure_has_its_text_and_follows_the_theme(page, site):
    page.goto(site + "02_weighted_sums.html")
    figure = page.get_by_role("img").first
    assert len(figure.get_attribute("aria-label")) > 40
    line = "document.querySelector('.fig path[style*=\"stroke: var(--ink\"]')"
    ink = f"() => getComputedStyle({line}).stroke"
    before = page.evaluate(ink)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(ink) != before


def test_the_contents_open_on_a_phone_by_keyboard(page, site):
    page.set_viewport_size(bench.PHONE)
    page.goto(site + "05_backprop.html")
    contents = page.get_by_role("navigation", name="Contents of the book")
    assert not contents.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert contents.is_visible()
    page.keyboard.press("Escape")
    assert not contents.is_visible()


# All that may scroll sideways: does it, on the screen's part of the page, and can a
# keyboard reach it?
WIDE_PARTS = """() => [...document.querySelectorAll("article :is(pre, table)")].map(
  part => ({
    seen: part.checkVisibility({contentVisibilityAuto: true}),
    reached: part.tabIndex === 0,
    over: part.scrollWidth > part.clientWidth + 1
      && getComputedStyle(part).overflowX === "auto",
  }))"""


def test_what_scrolls_sideways_can_be_reached_by_keyboard(page, site):
    page.set_viewport_size(bench.PHONE)
    page.goto(site + "06_learning.html")
    page.evaluate(REACHED)
    far = page.evaluate(
        WIDE_PARTS.replace("part.scrollWidth > part.clientWidth + 1", "0")
    )
    # What was not laid out yet stays so, and can be reached.
    assert sum(not part["seen"] for part in far) > 20
    assert all(part["reached"] for part in far if not part["seen"])
    # Read to the end, only what is cut off can be.
    page.evaluate(
        "document.querySelectorAll('details').forEach(d => { d.open = true })"
    )
    last = page.locator("article section section").last
    for _ in range(60):
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(50)
    assert last.evaluate("s => s.getBoundingClientRect().top < innerHeight")
    parts = [part for part in page.evaluate(WIDE_PARTS) if part["seen"]]
    assert len(parts) > 3
    assert [part for part in parts if part["reached"] != part["over"]] == []


@pytest.mark.parametrize("size", [bench.PHONE, bench.DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "address",
    [
        "02_weighted_sums.html#check-yourself",
        "04_softmax.html#the-slope-is-p-y",
        "07_overfitting.html#exercises",
    ],
)
def test_a_link_leads_to_its_section(page, site, address, size):
    name, place = address.split("#")
    page.set_viewport_size(size)
    top = f"document.getElementById('{place}').getBoundingClientRect().top"
    for first in (address, name):
        page.goto("about:blank")
        page.goto(site + first)
        if first == name:  # and one within the page
            page.evaluate(f"location.hash = '{place}'")
        page.wait_for_timeout(1200)
        assert 0 <= page.evaluate(top) <= 120


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("coin flips", "01_the_problem"),  # prose
        ("plateau", "glossary"),
        ("def softmax", "04_softmax"),  # code
    ],
)
@pytest.mark.parametrize("by", ["server", "file"])
def test_the_search_finds_prose_glossary_and_code(page, site, words, place, by):
    if by == "server":
        page.goto(site + "search.html")
    else:
        page.goto((bench.HTML / "search.html").as_uri())
    page.get_by_role("searchbox").fill(words)
    links = page.locator("#found a")
    links.first.wait_for()
    addresses = [link.get_attribute("href") for link in links.all()]
    assert any(place in address for address in addresses)
    # Each leads somewhere.
    links.first.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    assert page.locator(":target").count() == 1


@for_each(["index.html", "03_activations.html", "search.html"])
def test_a_page_works_from_a_file(page, name):
    page.goto((bench.HTML / name).as_uri())
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_address_that_leads_nowhere_has_a_page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    assert page.goto(site + "nowhere.html").status == 404
    assert page.get_by_role("heading", level=1).inner_text() == "This page is not here"
    context.close()


# ---- what a word means --------------------------------------------------------


@pytest.fixture
def word(page, site):
    """Open a chapter; gives a link to a word of the glossary, and what it means."""
    page.goto(site + "04_softmax.html")
    link = page.locator("a.term[aria-describedby]").nth(4)
    link.scroll_into_view_if_needed()
    return link, page.locator(f"#{link.get_attribute('aria-describedby')}")


def test_a_word_is_explained_under_the_pointer(page, word):
    link, meaning = word
    link.hover()
    meaning.wait_for()
    # The pointer may go to the text, and it stays.
    box = meaning.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    assert meaning.is_visible()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    # It stays away until the word is pointed at again, and goes with the pointer.
    page.mouse.move(0, 400)
    link.hover()
    meaning.wait_for()
    page.mouse.move(0, 400)
    meaning.wait_for(state="hidden")


def test_a_word_is_explained_by_keyboard(page, word):
    link, meaning = word
    link.evaluate("e => e.focus()")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    meaning.wait_for()
    page.mouse.move(0, 400)
    page.wait_for_timeout(500)
    assert meaning.is_visible()
    page.keyboard.press("Tab")
    meaning.wait_for(state="hidden")
    page.keyboard.press("Shift+Tab")
    meaning.wait_for()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()


@for_each(["light", "dark"])
@pytest.mark.parametrize("screen", [bench.PHONE, bench.DESKTOP], ids=["phone", "desk"])
def test_an_explained_word_is_readable_and_on_the_screen(page, site, screen, name):
    axe = (bench.npm_tools() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.set_viewport_size(screen)
    page.goto(site + "05_backprop.html")
    page.evaluate(f"document.documentElement.dataset.theme = '{name}'")
    page.evaluate(axe)
    # The walk over all pages has looked at the rest.
    links = page.locator("a.term[aria-describedby]")
    for n in range(0, links.count(), 13):
        link = links.nth(n)
        link.scroll_into_view_if_needed()
        link.hover()
        meaning = page.locator(".gloss:popover-open")
        meaning.wait_for()
        box = meaning.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= screen["width"]
        assert box["y"] >= 0
        assert page.evaluate(ONLY_GLOSS) == []
        page.keyboard.press("Escape")


def test_a_word_is_explained_from_a_file(page):
    page.goto((bench.HTML / "04_softmax.html").as_uri())
    page.locator("a.term").first.hover()
    page.locator(".gloss:popover-open").wait_for()


def test_a_touched_word_leads_to_its_entry(browser, site):
    context = browser.new_context(viewport=bench.PHONE, has_touch=True)
    page = context.new_page()
    page.goto(site + "04_softmax.html")
    page.locator("a.term").first.tap()
    page.wait_for_url("**/reference/glossary.html#term-*")
    context.close()


def test_without_scripts_a_word_leads_to_its_entry(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "04_softmax.html")
    assert page.locator(".gloss").first.is_hidden()
    page.locator("a.term").first.click()
    page.wait_for_url("**/reference/glossary.html#term-*")
    context.close()


# ---- reading ------------------------------------------------------------------

# How many letters stand on each full line of the text's paragraphs.
LINES = """() => {
  const found = [], range = document.createRange();
  for (const p of document.querySelectorAll("article section > p")) {
    if (p.querySelector(".katex, code")) continue;
    const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT), lines = new Map();
    for (let text; (text = walk.nextNode()); ) {
      for (let i = 0; i < text.length; i++) {
        range.setStart(text, i);
        range.setEnd(text, i + 1);
        const line = Math.round(range.getBoundingClientRect().bottom / 14);
        lines.set(line, (lines.get(line) || 0) + 1);
      }
    }
    found.push(...[...lines.values()].slice(0, -1));
  }
  return found.sort((a, b) => a - b);
}"""


@pytest.mark.parametrize("width", [768, 1440])
def test_a_line_of_text_has_sixty_to_seventy_five_letters(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site + "teaching/course.html")
    lines = page.evaluate(LINES)
    assert len(lines) > 20
    assert 60 <= lines[len(lines) // 2] <= 76


@for_each(["01_the_problem.html", "04_softmax.html"])
def test_nothing_that_code_prints_is_cut(page, site, name):
    page.goto(site + name)
    assert (
        page.evaluate(
            """[...document.querySelectorAll(".cell_output pre")]
        .filter(pre => pre.scrollWidth > pre.clientWidth).map(pre => pre.textContent)"""
        )
        == []
    )


def test_the_contents_name_no_section_above_the_first(page, site):
    page.goto(site + "06_learning.html")
    read = page.locator("#contents [aria-current=location]")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    read.wait_for()
    page.evaluate("scrollTo(0, 0)")
    read.wait_for(state="detached")
