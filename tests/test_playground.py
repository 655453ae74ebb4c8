"""The playground: a run that is cut, taken back, repeated by its code, and drawn."""

import json
import re
import subprocess
import sys
import time
import warnings
from pathlib import Path

import live_kernel
import numpy as np
import pytest

from nnbook import DivergenceWarning, explorers, init_thetas, one_hot, train
from nnbook.datasets import make_moons, make_spirals
from nnbook.explorers.building import Run, Settings, code, pictures
from nnbook.explorers.building.records import (
    ACTIVATIONS,
    DATA,
    HIDDEN,
    LATER,
    MOMENTS,
    RATES,
    moment_at,
    recorded,
    recorded_run,
)
from nnbook.explorers.building.run import MOST_MOMENTS

EPOCHS = MOMENTS + LATER

# Each of these changes something else in the lines of code.
SETTINGS = {
    "first": {},
    "batches": {"batch_size": 30, "l2": 0.001, "seed": 3},
    "deep relu": {
        "data": "spirals",
        "hidden_layer_sizes": (8, 5),
        "activation": "relu",
        "init": "he",
        "learning_rate": 0.1,
    },
    "no hidden nodes": {"data": "blobs", "hidden_layer_sizes": (), "noise": 0.7},
    "sigmoid": {"data": "circles", "activation": "sigmoid", "learning_rate": 3},
    "identity": {"data": "xor", "activation": "identity", "batch_size": 1000},
}
#: The penalty throws the weights farther out in each step, until they overflow.
BREAKS = {"learning_rate": 30.0, "l2": 1.0}

rng = np.random.default_rng(0)
OWN = {
    "X": rng.normal(size=(60, 2)) * [1, 100] + [0, 1000],
    "y": np.array(["no", "yes", "perhaps"])[rng.integers(3, size=60)],
}

each = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)


def same(one, other, tolerance=1e-12):
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


def run_code(text, **names):
    """Run lines of code as somebody would who has copied them."""
    exec(text, names)
    return names["thetas"]


# ---- a run -------------------------------------------------------------------


@each
def test_steps_however_cut_are_one_training(settings):
    run = Run(Settings(**settings))
    for epochs in (1, 1, 5, 13):
        run.step(epochs)
    s, samples = run.settings, run.samples
    generator = np.random.default_rng(s.seed)
    start = init_thetas(s.sizes, generator, s.init)
    thetas, errors = train(
        samples.X,
        one_hot(samples.y, 2),
        start,
        activation=s.activation,
        learning_rate=s.learning_rate,
        epochs=20,
        batch_size=s.batch_size,
        l2=s.l2,
        rng=generator,
    )
    same(run.now.thetas, thetas)
    assert run.now.epoch == len(errors) == 20
    assert [m.epoch for m in run.moments] == [0, 1, 2, 7, 20]
    if s.batch_size is None:  # then the error met in an epoch is that before its step
        assert [m.seen for m in run.moments[:2]] == pytest.approx(errors[:2])


@each
def test_a_rewound_run_takes_the_same_way_again(settings):
    run = Run(Settings(**settings))
    start = run.now.thetas
    run.step(30)
    first = run.now
    run.rewind()
    assert run.now.epoch == run.asked == 0
    same(run.now.thetas, start, tolerance=0)
    run.step(10)
    run.step(20)
    same(run.now.thetas, first.thetas)
    assert run.now.unseen == pytest.approx(first.unseen)


@each
@pytest.mark.parametrize("epochs", [0, 25])
def test_the_code_trains_to_the_weights_that_are_shown(settings, epochs, capsys):
    run = Run(Settings(**settings))
    if epochs:
        run.step(11)
        run.step(14)
    text = code(run.settings, run.asked)
    same(run_code(text), run.now.thetas)
    assert float(capsys.readouterr().out) == pytest.approx(run.now.unseen)
    assert max(map(len, text.splitlines())) <= 79


def test_the_code_of_ones_own_points_takes_them_from_where_they_are(capsys):
    run = Run(Settings(**OWN, hidden_layer_sizes=(4,), batch_size=7))
    run.step(12)
    same(run_code(code(run.settings, 12), **OWN), run.now.thetas)
    assert float(capsys.readouterr().out) == pytest.approx(run.now.unseen)
    assert run.samples.n_classes == 3
    assert (len(run.samples.X), len(run.samples.unseen)) == (45, 15)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_the_code_is_formatted_and_clean(settings):
    text = code(Settings(**settings), 25) + "\n"
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "-"], ["check", "--ignore=D100", "-"]):
        done = subprocess.run(
            [*ruff, *command], input=text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        if command[0] == "format":
            assert done.stdout == text


@pytest.mark.parametrize("cuts", [(1000,), (1,) * 400, (7,) * 60])
def test_a_run_that_breaks_down_ends_as_one_training_does(cuts):
    run = Run(Settings(**BREAKS))
    for epochs in cuts:
        run.step(epochs)
    assert "training stopped in epoch" in run.now.trouble
    assert "lower l2 (1) or the learning rate (30)" in run.now.trouble
    with pytest.warns(DivergenceWarning):
        same(run_code(code(run.settings, run.asked)), run.now.thetas, tolerance=0)
    kept = run.now
    run.step(5)
    assert run.now is kept
    assert "Here the training stopped in epoch" in pictures.describe(run)
    run.rewind()
    run.step(3)
    assert (run.now.epoch, run.now.trouble) == (3, "")


def test_a_step_can_be_cut_short():
    run = Run(Settings())
    left = iter([False, False, True])
    run.step(100, until=lambda: next(left))
    assert run.now.epoch == run.asked == 3
    whole = Run(Settings())
    whole.step(3)
    same(run.now.thetas, whole.now.thetas)


def test_a_long_run_keeps_its_ends_and_not_every_moment():
    run = Run(Settings())
    for _ in range(MOST_MOMENTS + 50):
        run.step()
    epochs = [m.epoch for m in run.moments]
    assert len(epochs) <= MOST_MOMENTS
    assert (epochs[0], epochs[-1]) == (0, MOST_MOMENTS + 50)
    assert epochs == sorted(set(epochs))


def test_the_seed_changes_the_start_and_not_the_data():
    one, other = Run(Settings(seed=0)), Run(Settings(seed=1))
    np.testing.assert_array_equal(one.samples.X, other.samples.X)
    assert not np.allclose(one.now.thetas[0], other.now.thetas[0])
    X, y = make_moons(200, noise=0.2, random_state=0)
    np.testing.assert_array_equal(one.samples.X, X)
    np.testing.assert_array_equal(one.samples.y, y)


# ---- what cannot be trained on ------------------------------------------------

POINTS, LABELS = np.eye(2).repeat(5, axis=0), np.arange(10) % 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "moon"}, "data must be one of 'moons', .*did you mean 'moons'"),
        ({"noise": -0.1}, "noise must be at least 0, got -0.1"),
        ({"hidden_layer_sizes": 3}, "hidden_layer_sizes must be a sequence of"),
        ({"hidden_layer_sizes": (0,)}, r"hidden_layer_sizes\[0\] must be at least 1"),
        ({"hidden_layer_sizes": (2.5,)}, r"hidden_layer_sizes\[0\] must be an integer"),
        ({"hidden_layer_sizes": (9,)}, r"at most 4 layers of at most 8 .* got \(9,\)"),
        ({"hidden_layer_sizes": (1,) * 5}, "at most 4 layers"),
        ({"activation": "swish"}, "activation must be one of 'tanh'"),
        ({"init": "zero"}, "init must be one of"),
        ({"learning_rate": 0}, "learning_rate must be greater than 0, got 0"),
        ({"learning_rate": np.nan}, "learning_rate must be finite, got nan"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"l2": -1}, "l2 must be at least 0, got -1"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"X": POINTS}, "X and y belong together.* got X alone"),
        ({"y": LABELS}, "X and y belong together.* got y alone"),
        (
            {"X": np.where(POINTS, POINTS, np.nan), "y": LABELS},
            r"X must be finite, got NaN \(nan\) at position \(0, 1\)",
        ),
        ({"X": POINTS[:, :1], "y": LABELS}, r"X must have 2 columns, got .*\(10, 1\)"),
        ({"X": POINTS[0], "y": LABELS}, "X must be 2-dimensional"),
        ({"X": POINTS, "y": LABELS[:-1]}, "X and y must have one row per sample"),
        ({"X": POINTS, "y": np.zeros(10, int)}, "at least two classes, got one"),
        ({"X": POINTS, "y": np.arange(10)}, "at most 4 classes, .* got 10"),
        ({"X": POINTS, "y": LABELS + 0.5}, "y must hold class labels, got the frac"),
        ({"X": POINTS, "y": [None] * 10}, "y must hold numbers or strings"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(settings, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Settings(**settings)
    with pytest.raises((TypeError, ValueError), match=message):
        explorers.playground(**settings)


def test_an_unknown_setting_is_refused_in_a_kernel_and_on_a_page(monkeypatch):
    for page in (False, True):
        if page:
            monkeypatch.setenv("NNBOOK_PAGE", "1")
        with pytest.raises(TypeError, match="unexpected keyword argument 'rate'"):
            explorers.playground(rate=3)


# ---- pictures -------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings", [*SETTINGS.values(), OWN, BREAKS], ids=[*SETTINGS, "own", "breaks"]
)
def test_every_run_can_be_drawn_in_the_same_marks(settings):
    run = Run(Settings(**settings))
    marks = [len(panel.layers) for panel in pictures.draw(run)]
    for epochs in (1, 10, 500):
        run.step(epochs)
        drawn = pictures.draw(run)
        assert [len(panel.layers) for panel in drawn] == marks
        assert "nan" not in "".join(drawn[0].layers + drawn[1].layers)
    assert pictures.describe(run).startswith(f"After {run.now.epoch} epochs the error")


@pytest.mark.parametrize(
    "X",
    [np.zeros((8, 2)), np.full((8, 2), 1e9), np.eye(2).repeat(4, axis=0) * 1e-12],
    ids=["one place", "far away", "tiny"],
)
def test_points_without_room_between_them_can_be_drawn(X):
    run = Run(Settings(X=X, y=np.arange(8) % 2))
    assert len(pictures.draw(run)) == 4


def test_the_sentence_says_what_the_package_computes():
    run = Run(Settings())
    run.step(40)
    m = run.now
    assert pictures.describe(run) == (
        f"After 40 epochs the error is {m.seen:.3f} on training points and "
        f"{m.unseen:.3f} on unseen ones, of which {run.right(m):.0%} are classified "
        "right."
    )


# ---- the recorded runs -------------------------------------------------------------


def test_there_are_enough_recorded_runs_and_failures_among_them():
    assert len(DATA) >= 4
    assert len(DATA) * len(ACTIVATIONS) * len(HIDDEN) * len(RATES) >= 24
    few = recorded_run("spirals", "tanh", (2,), 3.0)
    assert few.right(few.now) < 0.8  # two nodes cannot follow the spirals
    enough = recorded_run("spirals", "tanh", (8, 8), 3.0)
    assert enough.right(enough.now) > 0.9
    leaping = recorded_run("circles", "tanh", (8, 8), 30.0)
    assert leaping.now.seen > 2 * leaping.moments[0].seen
    dead = recorded_run("moons", "relu", (8, 8), 3.0)
    assert not dead.slopes(dead.now)[0].any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_recorded_run_is_the_packages_own_training(activation):
    run = recorded_run("spirals", activation, (4,), 3.0)
    X, y = make_spirals(200, noise=0.05, random_state=0)
    start = init_thetas((2, 4, 2), np.random.default_rng(0))
    kept = {}
    train(
        X,
        one_hot(y, 2),
        start,
        activation=activation,
        learning_rate=3.0,
        epochs=EPOCHS[-1],
        on_epoch=lambda epoch, now, error: kept.update({epoch + 1: now}) and None,
    )
    assert [m.epoch for m in run.moments] == list(EPOCHS)
    # A thousand steps let rounding grow where a run leaps; none of these does.
    for epoch in EPOCHS[1:]:
        same(moment_at(run, epoch).thetas, kept[epoch], tolerance=1e-9)


@pytest.mark.parametrize("stops", [(0, 0, 1, 1, 0), (2, 1, 2, 2, 20), (3, 0, 0, 1, 9)])
def test_the_code_beside_a_recorded_run_trains_it(stops):
    explorer = recorded()
    data, activation, hidden, rate, epoch = explorer.values(stops).values()
    run = recorded_run(data, activation, hidden, rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DivergenceWarning)
        thetas = run_code(explorer.code(stops))
    same(thetas, moment_at(run, epoch).thetas, tolerance=1e-9)


def test_a_built_page_has_the_recorded_runs_in_parts(monkeypatch):
    monkeypatch.setenv("NNBOOK_PAGE", "1")
    where = "nnbook.explorers.building.records"
    monkeypatch.setattr(f"{where}.DATA", DATA[:2])
    monkeypatch.setattr(f"{where}.ACTIVATIONS", ACTIVATIONS[::-1])
    monkeypatch.setattr(f"{where}.HIDDEN", {"4": (4,), "2": (2,)})
    monkeypatch.setattr(f"{where}.RATES", (3.0, 30.0))
    page = explorers.playground()
    keys = re.search(r'data-keys="([^"]+)"', page.html)[1].split()
    assert len(keys) == 1 + 2 * 2 * 2 * 2
    assert len(set(keys)) == len(keys)


# ---- in a kernel ---------------------------------------------------------------------


PATIENCE = "nnbook.explorers.building.live._PATIENCE"


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setattr(PATIENCE, np.inf)  # what a test sees must not hang on the clock
    shown = explorers.playground(hidden_layer_sizes=(3,))
    shown.play.value = True
    return shown


def test_it_trains_as_long_as_the_browser_asks_and_rests_then(live):
    for tick in range(1, 4):
        live.clock.value = tick
    assert live.run.now.epoch == 3 * live.pace.value == 15
    live.one.click()
    assert live.run.now.epoch == 16
    assert "After 16 epochs" in live.shown.value
    live.fold.selected_index = 0
    assert "epochs=16" in live.lines.value
    live.one.click()
    assert "epochs=17" in live.lines.value
    same(run_code(live.code), live.run.now.thetas)


def test_a_network_that_trains_slowly_draws_after_fewer_epochs(live, monkeypatch):
    monkeypatch.setattr(PATIENCE, 0)
    live.clock.value = 1
    assert live.run.now.epoch == 1


def test_ticks_that_were_left_out_are_not_made_up_for(live):
    live.clock.value = 1
    live.clock.value = 500  # the browser was busy, or the kernel
    assert live.run.now.epoch == 2 * live.pace.value


def test_it_goes_back_to_the_same_start(live):
    start = live.run.now.thetas
    assert live.play.description == "Pause"
    live.clock.value = 7
    assert live.run.now.epoch > 0
    live.back.click()
    assert (live.play.value, live.play.description) == (False, "Play")
    assert live.run.now.epoch == 0
    same(live.run.now.thetas, start, tolerance=0)
    assert "After 0 epochs" in live.shown.value
    live.clock.value = 8  # was on its way
    assert live.run.now.epoch == 0


def test_two_of_them_do_not_share_their_masks():
    one, other = explorers.playground(), explorers.playground()
    masks = [
        set(re.findall(r'<mask id="([^"]+)"', p.shown.value)) for p in (one, other)
    ]
    assert masks[0]
    assert not masks[0] & masks[1]


def test_every_control_changes_the_run(live):
    changes = {
        "data": "spirals",
        "noise": 0.11,
        "hidden_layer_sizes": "4, 2",
        "activation": "relu",
        "init": "he",
        "learning_rate": 0.1,
        "batch_size": 20,
        "l2": 0.001,
        "seed": 5,
    }
    assert live.run.settings.batch_size is None
    assert set(changes) == set(live.inputs)
    for name, value in changes.items():
        live.play.value = True
        live.clock.value += 1
        assert live.run.now.epoch > 0
        live.inputs[name].value = value
        assert live.run.now.epoch == 0
        expected = (4, 2) if name == "hidden_layer_sizes" else value
        assert getattr(live.run.settings, name) == expected
    live.inputs["data"].value = "blobs"
    assert live.run.settings.noise == live.inputs["noise"].value == 0.5


@pytest.mark.parametrize(
    ("text", "message"), [("4, x", "must be whole numbers"), ("12", "at most 8 nodes")]
)
def test_what_does_not_fit_is_said_and_the_run_stays(live, text, message):
    live.clock.value = 1
    live.inputs["hidden_layer_sizes"].value = text
    assert message in live.shown.value
    assert live.run.settings.hidden_layer_sizes == (3,)
    live.inputs["hidden_layer_sizes"].value = ""
    assert live.run.settings.hidden_layer_sizes == ()


def test_ones_own_points_are_one_of_the_data_sets():
    live = explorers.playground(**OWN, learning_rate=0.07, batch_size=11)
    live.one.click()
    same(run_code(live.code, **OWN), live.run.now.thetas)
    live.inputs["data"].value = "xor"
    assert not live.run.settings.own
    live.inputs["data"].value = "your own points"
    assert live.run.settings.own
    assert live.run.samples.n_classes == 3


def test_a_run_that_breaks_down_stops_playing():
    live = explorers.playground(**BREAKS)
    live.play.value = True
    for tick in range(1, 200):
        live.clock.value = tick
    assert not live.play.value
    assert "Here the training stopped" in live.shown.value


def test_it_draws_fifteen_pictures_a_second(live):
    taken = []
    for tick in range(1, 41):
        start = time.process_time()
        live.clock.value = tick
        taken.append(time.process_time() - start)
    assert np.median(taken) < 1 / 15


def test_a_browsers_ticks_train_it_over_the_kernels_own_channels():
    with live_kernel.live() as kernel:
        kernel.run("shown = playground(data='xor'); shown")
        button, clock = kernel.find("ToggleButtonModel"), kernel.find("PlayModel")
        assert not any(
            "epochs the error" in str(w) for w in kernel.send(clock, value=1)
        )
        changed = kernel.send(button, value=True)
        assert changed[button]["description"] == "Pause"
        for tick in (2, 3, 9):  # the ticks between are not made up for
            changed = kernel.send(clock, value=tick)
        (picture,) = [s["value"] for s in changed.values() if "<svg" in str(s)]
        assert "After 15 epochs the error" in picture
        printed = kernel.run("print(shown.run.now.epoch)").outputs[0]["text"]
        assert printed == "15\n"


def test_jupyter_gets_widgets_and_a_sentence(live):
    bundle = live._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith("Build your own: After 0 epochs")


def test_the_example_of_the_page_works():
    page = Path(__file__).parent.parent / "book" / "playground.ipynb"
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    source = "".join("".join(cell["source"]) for cell in cells)
    lines = re.search(r"```python\n(.*?)```", source, re.DOTALL)[1]
    before, call = lines.strip().rsplit("\n", 1)
    names = {}
    exec(before, names)
    live = eval(call, names)
    live.run.step(400)
    assert live.run.right(live.run.now) > 0.9
