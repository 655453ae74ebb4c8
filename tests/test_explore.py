"""Explorers: what they refuse, what they store, what the page's script is given."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from nnbook import explorers
from nnbook.explore import Choice, Panel, Slider, explore
from nnbook.explore.states import Piece, as_data, split, tabulate
from nnbook.explore.ticks import ticks, written

STOPS = np.linspace(-1, 1, 21)


def line(slope, **_):
    return Panel(x=(0, 1), y=(-1, 1)).line([0, 1], [0, slope])


def told(slope, **_):
    return f"It ends at {slope:.1f}."


def made(draw=line, describe=told, **controls):
    return explore(
        draw,
        describe=describe,
        title="A slope",
        alt="A line that starts at the origin.",
        **(controls or {"slope": STOPS}),
    )


def states_of(html):
    found = re.search(r'class="nn-states"[^>]*>(.*?)</script>', html, re.DOTALL)
    return [
        [place, controls, [head + text + tail for text in texts], index]
        for place, controls, texts, index, head, tail in json.loads(found[1])
    ]


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({}, "at least one control"),
        ({"slope": []}, "slope has 0 value"),
        ({"slope": [1.0]}, "slope has 1 value"),
        ({"slope": [0, 1, 2]}, "slope has 3 stops; a slider should have at least 21"),
        ({"slope": 3}, "slope must be a list of values"),
        ({"slope": "abc"}, "slope must be a list of values"),
        ({"slope": STOPS[::-1]}, "rising order"),
        ({"slope": [*STOPS, np.inf]}, "finite numbers"),
        ({"slope": Slider(STOPS, format=".0f")}, "two stops read the same"),
        ({"slope": Slider(STOPS, play=True, pace=0)}, "the pace of slope must be"),
        ({"slope": Slider(STOPS, start=0.55)}, "must start at one of its values"),
        ({"slope": Choice(["a", "a"])}, "offers 'a' twice"),
        ({"tilt": STOPS}, "draw must take the controls tilt"),
    ],
)
def test_a_bad_control_is_refused(controls, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        explore(
            lambda slope: line(slope),
            describe=told,
            title="A slope",
            alt="A line.",
            **controls,
        )


def test_a_draw_that_raises_is_named_with_its_values_when_the_cell_runs():
    def draw(slope):
        if slope > 0.95:
            raise ZeroDivisionError("too steep")
        return line(slope)

    with pytest.raises(ZeroDivisionError, match="too steep") as caught:
        made(draw)
    assert caught.value.__notes__ == ["draw raised this for slope=1.0"]


@pytest.mark.parametrize("drawn", [None, [], "a line", [1]])
def test_a_draw_that_gives_no_panel_is_refused(drawn):
    with pytest.raises(TypeError, match="draw must return a Panel or a list"):
        made(lambda slope: drawn)


def test_a_draw_with_other_marks_in_another_state_is_refused():
    def draw(slope):
        panel = line(slope)
        return panel if slope < 0.5 else panel.text(0, 0, "steep")

    with pytest.raises(ValueError, match="the same marks in every state"):
        made(draw)


@pytest.mark.parametrize("said", ["", "  ", None, 3])
def test_a_describe_that_says_nothing_is_refused(said):
    with pytest.raises(ValueError, match="describe must return a sentence"):
        made(describe=lambda slope: said)


def test_more_states_than_a_page_holds_are_refused(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    with pytest.raises(ValueError, match=r"21 x 21 x 21 x 21 stops make 194,481"):
        made(slope=STOPS, a=STOPS, b=STOPS, c=STOPS)


def test_more_bytes_than_a_page_holds_are_refused(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    many = np.random.default_rng(0).uniform(size=(20_000, 2))

    def draw(slope):
        return Panel(x=(0, 1), y=(-2, 2)).points(many + np.array([0, slope]))

    with pytest.raises(ValueError, match=r"bytes, more than the 3,000,000"):
        made(draw)


def test_a_piece_is_stored_with_the_controls_that_change_it():
    def state(stops):
        a, b, c = stops
        return {"fixed": "x", "by b": f"b{b}", "by a and c": f"{a + c}"}

    pieces = {piece.place: piece for piece in tabulate((2, 3, 4), state)}
    assert set(pieces) == {"by b", "by a and c"}
    assert pieces["by b"].controls == [1]
    assert [pieces["by b"].texts[k] for k in pieces["by b"].index] == ["b0", "b1", "b2"]
    assert pieces["by a and c"].controls == [0, 2]
    both = pieces["by a and c"]
    assert [both.texts[k] for k in both.index] == list("01231234")


def test_what_belongs_to_a_choice_is_taken_apart():
    shape = (2, 3, 2, 4)

    def state(stops):
        a, _, c, d = stops
        return {
            "a and c": f"{a}{c}",
            "d": f"{d}",
            "a and d": f"{a}{d}",
            "all": f"{stops}",
        }

    pieces = tabulate(shape, state)
    common, parts = split(pieces, shape, apart=[0, 2])
    assert {piece.place for piece in common} == {"a and c", "d"}
    assert len(parts) == 4
    for (a, c), part in zip([(0, 0), (0, 1), (1, 0), (1, 1)], parts, strict=True):
        here = {piece.place: piece for piece in part}
        assert here["a and d"].controls == [3]
        assert here["all"].controls == [1, 3]
        for b, d in [(0, 0), (2, 1), (1, 3)]:
            texts = {
                "a and d": here["a and d"].texts[here["a and d"].index[d]],
                "all": here["all"].texts[here["all"].index[4 * b + d]],
            }
            whole = state((a, b, c, d))
            assert texts == {place: whole[place] for place in texts}


def test_what_texts_share_is_stored_once():
    texts = ["<a><b>1</b></a>", "<a><c></a>", "<a></a>"]
    (stored,) = as_data([Piece("0.0", [0], texts, [0, 2, 1])])
    assert stored == [
        *("0.0", [0], ["b>1</b><", "c><", ""], [0, 2, 1]),
        *("<a><", "/a>"),
    ]
    (stored,) = as_data([Piece("0.0", [0], ["aba", "aa", "a"], [0, 1, 2])])
    assert stored[2:] == [["ba", "a", ""], [0, 1, 2], "a", ""]  # no letter twice


def test_without_such_a_choice_all_is_in_one_piece():
    pieces = tabulate((3, 2), lambda stops: {"all": f"{stops}"})
    assert split(pieces, (3, 2), apart=[]) == (pieces, [])


def test_only_what_is_needed_at_a_time_counts_as_the_pages_bytes(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    monkeypatch.setattr("nnbook.explore.explorer.MOST_BYTES", 50_000)
    rng = np.random.default_rng(0)
    many = {name: rng.uniform(size=(20, 2)) for name in "abcdefgh"}

    def draw(slope, which):
        return Panel(x=(0, 1), y=(-2, 2)).points(many[which] + np.array([0, slope]))

    def made_of(which):
        return explore(
            draw,
            describe=lambda slope, which: f"{which}.",
            title="Points",
            alt="Some points.",
            slope=STOPS,
            which=which,
        )

    with pytest.raises(ValueError, match="50,000 that a page can hold"):
        made_of(Choice(list(many)))
    html = made_of(Choice(list(many), apart=True)).html
    assert len(html) > 50_000
    assert html.count('class="nn-states"') == 1 + len(many)


def test_the_lines_of_code_follow_the_state(monkeypatch):
    def lines(slope):
        return f"y = {slope:.1f} * x  # x < 1"

    monkeypatch.setenv("NNBOOK_PAGE", "1")
    explorer = explore(
        line, describe=told, code=lines, title="A slope", alt="A line.", slope=STOPS
    )
    assert "Show me the code" in explorer.html
    assert explorer.code([20]) == "y = 1.0 * x  # x < 1"
    states = {place: rest for place, *rest in states_of(explorer.html)}
    assert states["code"][1][20] == "y = 1.0 * x  # x &lt; 1"
    assert "Show me the code" not in made().html
    with pytest.raises(ValueError, match="code must return lines of code, got ''"):
        explore(
            line, describe=told, code=lambda slope: "", title="A", alt="B", slope=STOPS
        )
    with pytest.raises(TypeError, match="code must take the controls slope"):
        explore(line, describe=told, code=lambda: "", title="A", alt="B", slope=STOPS)


def test_the_controls_can_stand_above_the_picture(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    for first in (False, True):
        html = explore(
            line,
            describe=told,
            title="A slope",
            alt="A line.",
            controls_first=first,
            slope=STOPS,
        ).html
        assert (html.index("nn-controls") < html.index("nn-panels")) == first


def test_lines_are_drawn_in_their_widths_and_thin_ones_are_not():
    panel = Panel(x=(0, 1), y=(0, 1), axes=False)
    panel.lines([[0, 0], [0, 0], [1, 1]], [[1, 1], [0, 1], [0, 0]], [2.0, 0.2, 2.1])
    (path,) = re.findall(r"<path[^>]*>", panel.layers[1])
    assert 'stroke-width="2"' in path
    assert path.count("M") == 2
    assert Panel(x=(0, 1), y=(0, 1)).lines([], [], []).layers[1] == ""


def dots_of(layer):
    """Read the grey picture of a layer back, as numbers from 0 to 1."""
    import base64
    import io

    from PIL import Image

    data = base64.b64decode(re.search(r"base64,([^\"]+)", layer)[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("L")) / 255


def test_small_pictures_are_where_they_should_be():
    panel = Panel(x=(0, 1), y=(0, 1), axes=False, height=180)
    grid = np.array([[0.0, 1.0], [0.6, 0.0]])  # row 0 is the bottom
    panel.pictures([grid, np.ones((2, 2))], [[0.25, 0.25], [1, 1]], size=20)
    dots = dots_of(panel.layers[1])
    assert dots.shape == (18, 32)  # a dot is 10 units
    left, top, right, bottom = panel.box
    i = round((bottom + 0.25 * (top - bottom)) / 10) - 1
    j = round((left + 0.25 * (right - left)) / 10) - 1
    np.testing.assert_allclose(dots[i : i + 2, j : j + 2], grid[::-1], atol=0.04)
    assert (dots[:2, -2:] == 1).all()
    assert dots.sum() == pytest.approx(4 + 1.6, abs=0.05)
    assert Panel(x=(0, 1), y=(0, 1)).pictures([], []).layers[1] == ""


def test_the_page_holds_every_state_as_draw_gives_it(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    explorer = made(slope=STOPS, other=Choice(["a", "b"]))
    states = {place: rest for place, *rest in states_of(explorer.html)}
    assert set(states) == {"say", "0.1"}  # the axes stay
    for place in states:
        controls, texts, index = states[place]
        assert controls == [0]  # the other control changes nothing
        for k in range(21):
            assert texts[index[k]] == explorer.state((k, 0))[place]


def test_the_same_explorer_twice_gives_the_same_bytes(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    assert made().html == made().html


def test_in_a_kernel_the_widgets_redraw_what_draw_gives():
    from nnbook.explore.live import view

    explorer = made()
    shown, slider = view(explorer).children[:2]
    assert "It ends at 0.0." in shown.value
    slider.value = 20
    assert "It ends at 1.0." in shown.value
    assert explorer.panels([20])[0].layers[1].split('d="')[1][:20] in shown.value


def test_an_explorer_reads_as_its_title_and_its_sentence():
    bundle = made()._repr_mimebundle_()
    assert bundle["text/plain"] == "A slope: It ends at 0.0."
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_what_draw_is_given_never_leaves_the_picture():
    panel = Panel(x=(0, 1), y=(0, 1)).line([0, np.inf, np.nan], [0, 1e300, 0])
    numbers = re.findall(r"-?\d+(?:\.\d+)?", panel.layers[1].split('"')[1])
    assert all(abs(float(n)) < 5000 for n in numbers)


def test_a_line_is_broken_where_a_coordinate_is_nan():
    panel = Panel(x=(0, 1), y=(0, 1))
    panel.line([0, 1, np.nan, 0, 1], [0, 0, np.nan, 1, 1])
    panel.line([0, 1], [0, 0]).line([0, 1], [1, 1])
    paths = [re.search(r' d="([^"]*)"', layer)[1] for layer in panel.layers[1:]]
    assert paths[0] == paths[1] + paths[2]
    assert paths[0].count("M") == 2


def test_points_without_labels_are_circles_or_squares():
    panel = Panel(x=(0, 1), y=(0, 1)).points([[0, 0]]).points([[0, 0]], square=True)
    circle, square = panel.layers[1:]
    assert "a3.5 3.5" in circle
    assert "h6.3v6.3" in square


@pytest.mark.parametrize(("others", "least"), [(0, 21), (1, 13), (2, 9)])
def test_a_slider_needs_fewer_stops_among_more_controls(others, least):
    choices = {name: Choice(["a", "b"]) for name in ("one", "two")[:others]}
    made(slope=np.linspace(-1, 1, least), **choices)
    with pytest.raises(ValueError, match=f"{least - 1} stops; .* at least {least} "):
        made(slope=np.linspace(-1, 1, least - 1), **choices)
    made(slope=Slider(np.linspace(-1, 1, least - 1), short=True), **choices)


def test_a_page_keeps_room_for_the_longest_sentence(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")

    def describe(slope):
        return "Steep & long." if slope > 0.9 else "Flat."

    assert 'data-longest="Steep &amp; long."' in made(describe=describe).html


def test_a_difference_and_a_product_are_not_torn_apart():
    explorer = made(describe=lambda slope: "1 − a × b, at −1")
    assert explorer.sentence([0]) == "1\u00a0−\u00a0a\u00a0×\u00a0b, at −1"


def test_what_has_a_sentence_to_read_at_each_stop_plays_at_its_own_pace(monkeypatch):
    from nnbook.explore.live import view

    slow = Slider(STOPS, play=True, pace=900)
    _, _, play, _ = view(made(slope=slow)).children
    assert play.interval == 900
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    assert 'data-pace="900"' in made(slope=slow).html
    assert 'data-pace="150"' in made(slope=Slider(STOPS, play=True)).html


def test_a_draw_that_takes_long_is_shown_first_and_asked_for_the_rest_while_idle():
    from nnbook.explore.live import view

    asked = []

    def draw(slope):
        asked.append(slope)
        return line(slope)

    explorer = made(draw, look=False, slope=STOPS)
    assert asked == []
    view(explorer)  # without a kernel nothing runs on
    assert asked == [STOPS[10]]

    async def kernel():
        view(explorer)
        assert asked == [STOPS[10]] * 2
        while len(asked) < 2 + len(STOPS):
            await asyncio.sleep(0.05)

    with ThreadPoolExecutor() as pool:  # the tests' own browser has a loop, here
        pool.submit(asyncio.run, asyncio.wait_for(kernel(), timeout=30)).result()
    assert sorted(set(asked)) == sorted(STOPS)


def test_the_border_between_sure_answers_is_no_staircase():
    x = np.linspace(-1, 1, 32)
    scores = 150 * (x[None, :] + 0.37 * x[:, None])
    layer = Panel(x=(-1, 1), y=(-1, 1)).surface(1 / (1 + np.exp(-scores))).layers[-1]
    path = re.findall(r'<path d="M([^"]+)"', layer)[-1]
    steps = np.array([list(map(float, s.split())) for s in path.split("l")[1:]])
    long = steps[np.hypot(*steps.T) > 2]
    assert len(long) > 20
    slopes = long[:, 0] / long[:, 1]
    assert np.ptp(slopes) < 0.3  # a straight line, but for tenths of a unit


def test_texts_are_escaped(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    explorer = made(describe=lambda slope: "<script>alert(1)</script></figure>")
    assert "<script>alert" not in explorer.html


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((-1.7, 2.7), ["−1", "0", "1", "2"]),
        ((0, 200), ["0", "50", "100", "150", "200"]),
    ],
)
def test_an_axis_has_round_numbers(limits, expected):
    assert written(ticks(limits)) == expected


def test_a_logarithmic_axis_has_powers_of_ten():
    assert written(ticks((1e-4, 10), log=True), log=True) == [
        "10⁻⁴",
        "0.001",
        "0.01",
        "0.1",
        "1",
        "10",
    ]


def test_the_neuron_counts_what_the_package_counts():
    explorer = explorers.neuron()
    values = explorer.values(explorer.start)
    assert values == {"w1": 0.75, "w2": -0.75, "bias": 0.25}
    from nnbook import running_example, weighted_sum

    X, y, _ = running_example()
    fires = weighted_sum(X, np.array([[0.25], [0.75], [-0.75]]))[:, 0] > 0
    said = explorer.sentence(explorer.start)
    assert f"fires for {fires.sum()} of 200" in said
    assert f"{fires[y == 1].sum()} of the 100 triangles" in said


def test_a_neuron_without_weights_has_no_line():
    explorer = explorers.neuron()
    middle = [6, 6, 6]
    assert explorer.values(middle) == {"w1": 0.0, "w2": 0.0, "bias": 0.0}
    assert "there is no line" in explorer.sentence(middle)
    line_, arrow = explorer.panels(middle)[0].layers[-2:]
    assert 'd=""' in line_
    assert arrow == ""


def test_the_example_of_the_teaching_page_works():
    text = (
        Path(__file__).parent.parent.joinpath("book/teaching/explorers.md").read_text()
    )
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    names = {}
    exec(code.rsplit("\nexplore(", 1)[0], names)
    explorer = eval("explore(" + code.rsplit("\nexplore(", 1)[1], names)
    assert explorer.sentence([20]) == "B leads by 0.0 and gets 50%."
    functions = code.split("\nexplore(", 1)[0].split("def draw", 1)[1]
    assert len([line for line in functions.splitlines() if line]) <= 10


def test_a_page_asks_for_each_state_once_and_for_the_first_once_more(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    asked = []

    def draw(slope):
        asked.append(slope)
        return line(slope)

    made(draw)
    assert sorted(asked) == sorted([*STOPS, STOPS[10]])


def test_a_redraw_in_a_kernel_does_not_send_the_style_again():
    from nnbook.explore.live import view

    shown, *_, style = view(made()).children
    assert "<style>" in style.value
    assert "<style>" not in shown.value
