"""The command line: what it prints, what it saves, what it refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.transforms import Bbox

import nnbook
from nnbook import Network, datasets, plots
from nnbook.__main__ import main
from nnbook.cli import COMMANDS, csv_file, fitting, task

QUICK = ["train", "--no-picture", "--no-progress", "--samples", "80", "--epochs", "20"]
QUICK_CSV = ["train", "--no-picture", "--no-progress", "--epochs", "20"]

FLOWERS = """\
length,width,height,kind
1.0,5,0.3,rose
1.5,4,0.1,rose
1.2,6,0.2,rose
3.0,1,0.9,tulip
3.5,2,0.8,tulip
3.2,3,0.7,tulip
3.3,1,0.6,tulip
1.1,6,0.4,rose
"""

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write data.csv into a new folder, which becomes the current one."""
    monkeypatch.chdir(tmp_path)

    def write(text: str | bytes) -> str:
        content = text.encode() if isinstance(text, str) else text
        Path("data.csv").write_bytes(content)
        return "data.csv"

    return write


def rows_of(output: str) -> dict[str, list[float]]:
    """Read the table: error training, unseen, accuracy training, unseen."""
    pattern = r"^(\S.*?) {2,}([\d.]+) +([\d.]+) +([\d.]+)% +([\d.]+)%$"
    return {
        name: [float(number) for number in numbers]
        for name, *numbers in re.findall(pattern, output, flags=re.MULTILINE)
    }


def expected_row(network: Network, parts: list[Any]) -> list[float]:
    """Compute the four numbers of a table's row with the package's own functions."""
    X_train, X_test, y_train, y_test = parts
    network.fit(X_train, y_train)
    row = []
    for X, y in ((X_train, y_train), (X_test, y_test)):
        Y = nnbook.one_hot(np.searchsorted(network.classes_, y), len(network.classes_))
        row.append(nnbook.cross_entropy(network.predict_proba(X), Y))
    for X, y in ((X_train, y_train), (X_test, y_test)):
        row.append(100 * network.score(X, y))
    return [round(value, 4 if n < 2 else 1) for n, value in enumerate(row)]


# ---- what it prints -----------------------------------------------------------


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor", "blobs"])
def test_the_numbers_are_those_of_the_package(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", name, "--noise", "0.3", "--seed", "3", "--test-size", "0.4"]
    settings = ["--hidden", "4,5", "--activation", "sigmoid", "--learning-rate", "0.7"]
    more = ["--batch-size", "16", "--l2", "0.01", "--init", "he"]
    assert main([*QUICK, *options, *settings, *more]) == 0
    rows = rows_of(capsys.readouterr().out)

    X, y = getattr(datasets, f"make_{name}")(80, noise=0.3, random_state=3)
    parts = list(datasets.train_test_split(X, y, 0.4, random_state=3))
    common: dict[str, Any] = {
        "activation": "sigmoid",
        "learning_rate": 0.7,
        "epochs": 20,
        "batch_size": 16,
        "l2": 0.01,
        "init": "he",
        "random_state": 3,
    }
    assert rows == {
        "logistic regression": expected_row(Network((), **common), parts),
        "network 2-4-5-2": expected_row(Network((4, 5), **common), parts),
    }


def test_digits_are_standardised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK_CSV, "--data", "digits", "--hidden", "8", "--epochs", "5"]) == 0
    output = capsys.readouterr().out
    X, y = datasets.load_digits()
    X_train, X_test, *labels = datasets.train_test_split(X, y, random_state=0)
    parts = [*datasets.standardize(X_train, X_test), *labels]
    network = Network((8,), learning_rate=0.5, epochs=5, random_state=0)
    assert rows_of(output)["network 64-8-10"] == expected_row(network, parts)
    assert "1797 samples, of which 1348 to learn from and 449 unseen" in output
    assert "standardised" in output
    assert "0, 1, 2, 3, ..., 9" in output


def test_a_csv_file_with_labels_in_any_column(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(FLOWERS)
    assert main([*QUICK_CSV, "--data", path]) == 0
    by_default = capsys.readouterr().out
    lines = [line.split(",") for line in FLOWERS.splitlines()]
    write("\r\n".join(",".join([row[3], *row[:3]]) for row in lines))
    assert main([*QUICK_CSV, "--data", path, "--label", "kind"]) == 0
    assert capsys.readouterr().out == by_default

    assert "data.csv: 8 samples" in by_default
    assert "3 (length, width, height), each standardised" in by_default
    assert "2 in 'kind' (rose, tulip)" in by_default
    X = np.array([row[:3] for row in lines[1:]], dtype=float)
    y = np.array([row[3] for row in lines[1:]])
    X_train, X_test, *labels = datasets.train_test_split(X, y, random_state=0)
    parts = [*datasets.standardize(X_train, X_test), *labels]
    network = Network((8,), learning_rate=0.5, epochs=20, random_state=0)
    assert rows_of(by_default)["network 3-8-2"] == expected_row(network, parts)


def test_the_seed_decides(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for seed in ("1", "1", "2"):
        assert main([*QUICK, "--seed", seed]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert rows_of(outputs[0]) != rows_of(outputs[2])


def test_no_hidden_layer_is_the_baseline_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*QUICK, "--hidden", "none"]) == 0
    assert list(rows_of(capsys.readouterr().out)) == ["logistic regression"]


def test_the_mistakes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK, "--hidden", "3"]) == 0
    output = capsys.readouterr().out
    counts = r"logistic regression (\d+), network 2-3-2 (\d+)"
    found = re.search(f"\nMistakes on 20 unseen samples: {counts}\\.\n", output)
    assert found is not None
    assert [100 - 5 * int(count) for count in found.groups()] == [
        row[3] for row in rows_of(output).values()
    ]


def test_defaults_tell_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    """With no options, three tanh units beat the straight line on unseen moons."""
    assert main(["train", "--no-picture"]) == 0
    captured = capsys.readouterr()
    line, network = rows_of(captured.out).values()
    assert network[0] < line[0] / 2
    assert network[1] < line[1] / 2
    assert network[3] > line[3] + 5
    for bar in ("logistic regression", "network 2-3-2"):
        assert re.search(rf"{bar} *: 100%.*2000/2000", captured.err)


def test_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    assert capsys.readouterr().err == ""


def test_help_lists_commands_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    for words, expected in (
        (["--help"], ["train", COMMANDS["train"].HELP]),
        (["train", "--help"], ["--hidden", "--no-picture", "spirals", "16,16"]),
    ):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 0
        output = capsys.readouterr().out
        assert all(text in output for text in expected)


DEFAULTS = """\
  defaults for   --hidden  --learning-rate  --epochs
  moons                 3                2      2000
  circles               4                2      2000
  spirals           16,16                1      2000
  xor                   4                2      2000
  blobs                 3                2      2000
  digits               32              0.5       200
  a CSV file            8              0.5      1000
"""


def test_help_tells_the_defaults_and_they_learn(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table in the help is what is used, and enough for each task."""
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert capsys.readouterr().out.endswith(DEFAULTS)
    for entry in DEFAULTS.splitlines()[1:]:
        name, hidden, rate, epochs = re.split(r" {2,}", entry.strip())
        name = write(FLOWERS) if "CSV" in name else name
        assert main(["train", "--no-picture", "--no-progress", "--data", name]) == 0
        output = capsys.readouterr().out
        assert re.search(rf"\nmodel +network \d+-{hidden.replace(',', '-')}-\d", output)
        assert f"{epochs} epochs, all samples a step, learning rate {rate}\n" in output
        line, network = rows_of(output).values()
        assert network[3] >= 85
        if name in ("circles", "spirals", "xor"):  # where a line cannot help
            assert network[3] > line[3] + 25


@pytest.mark.parametrize(
    ("words", "data", "model", "training"),
    [
        (
            "--samples 80 --epochs 1",
            "moons: 80 samples, of which 60 to learn from and 20 unseen",
            "network 2-3-2, tanh; glorot start, seed 0",
            "1 epoch, all samples a step, learning rate 2",
        ),
        (
            "--samples 9 --noise 0 --hidden none --batch-size 2 --l2 0.5 --epochs 3",
            "moons, noise 0: 9 samples, of which 7 to learn from and 2 unseen",
            "logistic regression; glorot start, seed 0",
            "3 epochs, 2 samples a step, learning rate 2, L2 penalty 0.5",
        ),
        (
            "--samples 9 --batch-size 1 --hidden 1 --epochs 1 --activation relu",
            "moons: 9 samples, of which 7 to learn from and 2 unseen",
            "network 2-1-2, relu; glorot start, seed 0",
            "1 epoch, 1 sample a step, learning rate 2",
        ),
        (
            "--samples 9 --batch-size 99 --epochs 1 --init he --seed 4",
            "moons: 9 samples, of which 7 to learn from and 2 unseen",
            "network 2-3-2, tanh; he start, seed 4",
            "1 epoch, all samples a step, learning rate 2",
        ),
    ],
)
def test_it_says_what_it_does(
    words: str,
    data: str,
    model: str,
    training: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train", "--no-picture", "--no-progress", *words.split()]) == 0
    assert capsys.readouterr().out.splitlines()[:6] == [
        f"data      {data}",
        "features  2 (x1, x2), as they are",
        "classes   2 in 'class' (0, 1)",
        f"model     {model}",
        f"training  {training}",
        "",
    ]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"nnbook {nnbook.__version__}\n"


# ---- a run that blows up, or is stopped ---------------------------------------

BLOWS_UP = ["--activation", "relu", "--learning-rate", "1e6"]


def test_a_diverged_run_says_so_and_gives_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK, "--epochs", "200", *BLOWS_UP]) == 1
    captured = capsys.readouterr()
    [message] = captured.err.splitlines()
    assert message.startswith("nnbook: network 2-3-2: training stopped in epoch ")
    assert "The learning rate 1e+06 is probably too high" in message
    assert "network 2-3-2" in captured.out


@pytest.mark.parametrize("seed", range(5))
def test_weights_too_large_to_compute_with_are_no_traceback(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last finite weights may still overflow on the unseen samples."""
    options = ["--hidden", "9,9,9,9", "--seed", str(seed), "--samples", "20"]
    assert main([*QUICK, *options, *BLOWS_UP, "--learning-rate", "1e20"]) == 1
    assert "training stopped" in capsys.readouterr().err


def test_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Network, "fit", interrupted)
    assert main(QUICK) == 130
    assert capsys.readouterr().err == "nnbook: interrupted\n"


# ---- what it refuses ----------------------------------------------------------


def refusal(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run what must be refused: exit code 2 and one line, nothing else."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert line.startswith("nnbook: error: ")
    return line.removeprefix("nnbook: error: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--hidden", "0"], "argument --hidden: a layer needs at least 1 node, got 0"),
        (["--hidden", "16,-1"], "argument --hidden: a layer .* got -1"),
        (
            ["--hidden", "two"],
            "argument --hidden: expected sizes .* got 'two': write 3",
        ),
        (
            ["--hidden", "3,100001"],
            "argument --hidden: a layer has at most 100000 nodes, got 100001",
        ),
        (["--hidden", "16", "16"], "unrecognized arguments: 16 "),
        (["--test-size", "2"], "argument --test-size: must be below 1, got 2"),
        (["--test-size", "1"], "argument --test-size: must be below 1, got 1 "),
        (["--test-size", "0"], "argument --test-size: must be greater than 0, got 0"),
        (["--samples", "1"], "argument --samples: must be at least 2, got 1"),
        (
            ["--samples", "10000001"],
            "argument --samples: must be at most 10000000, got 10000001",
        ),
        (
            ["--samples", "2.5"],
            "argument --samples: expected a whole number, got '2.5'",
        ),
        (["--noise", "-1"], "argument --noise: must be at least 0, got -1"),
        (["--epochs", "0"], "argument --epochs: must be at least 1, got 0"),
        (["--learning-rate", "0"], "argument --learning-rate: must be greater than 0"),
        (
            ["--learning-rate", "nan"],
            "argument --learning-rate: expected a number, got",
        ),
        (["--learning-rate", "fast"], "argument --learning-rate: .* got 'fast'"),
        (["--batch-size", "0"], "argument --batch-size: must be at least 1, got 0"),
        (["--l2", "-0.1"], "argument --l2: must be at least 0, got -0.1"),
        (["--seed", "-1"], "argument --seed: must be at least 0, got -1"),
        (["--activation", "step"], "argument --activation: invalid choice: 'step'"),
        (["--init", "zero"], "argument --init: invalid choice: 'zero'"),
        (["--epoch", "3"], "unrecognized arguments: --epoch 3"),
        (["--data", "moon"], "--data: there is no file 'moon', .* did you mean moons"),
        (["--data", "no.csv"], "--data: there is no file 'no.csv', and the data sets"),
        (["--data", ""], "--data: there is no file '', and the data sets are called"),
        (["--data", "a" * 300], "--data: there is no file 'aaa"),
        (["--label", "kind"], "--label goes with a CSV file, not with --data moons"),
        (["--data", "digits", "--samples", "9"], "--samples goes with data that are"),
        (["--data", "digits", "--noise", "0"], "--noise goes with .* --data digits"),
        (["--samples", "2"], "--data moons: every sample of class [01] is among the"),
        (
            ["--picture", "here.txt"],
            "--picture: .* in .png, .svg or .pdf, got 'here.txt'",
        ),
        (["--picture", "here"], "--picture: .* in .png, .svg or .pdf, got 'here'"),
        (["--picture", "no/a.png"], "--picture: no/a.png: No such file or directory"),
    ],
)
def test_options_that_are_refused(
    words: list[str], message: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert re.match(message, refusal(["train", *words], capsys))
    assert not list(Path().iterdir())


def test_a_picture_that_cannot_be_written_is_refused_before_training(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(Network, "fit")
    Path("folder.png").mkdir()
    Path("file").touch()
    for path in ("folder.png", "file/a.png", "a" * 300 + ".png"):
        said = refusal(["train", "--picture", path], capsys)
        assert said.startswith(f"--picture: {path}: ")
    assert sorted(path.name for path in Path().iterdir()) == ["file", "folder.png"]


@pytest.mark.parametrize(
    "words", [[], ["trian"], ["train", "--hidden"], ["--hidden", "3"]]
)
def test_words_that_make_no_command(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--help lists the options" in refusal(words, capsys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "data.csv is empty: line 1 must name the columns"),
        ("\n\n", "data.csv is empty: line 1 must name the columns"),
        (
            "a,b,y\n",
            "data.csv holds no samples, only the names of columns: at least two",
        ),
        ("a,b,y\n1,2,x\n", "data.csv holds one sample only: at least two are needed"),
        (
            "a,b,y\n1,2,x\n\n1,y\n",
            "data.csv, line 4: it has 2 cells, .* names 3 columns",
        ),
        ("a,b,y\n1,2,x\n1,2,3,y\n", "data.csv, line 3: it has 4 cells, "),
        ("a,b,y\n1,2,x\n1,two,y\n", "data.csv, line 3, column 'b': .* got 'two'"),
        ("a,b,y\n1,2,x\n1_0,2,y\n", "data.csv, line 3, column 'a': .* got '1_0'"),
        (
            'a,b,y\n"1,5",2,x\n',
            "data.csv, line 2, column 'a': .* write a decimal point",
        ),
        ("a,b,y\n1,2,x\n1,nan,y\n", "data.csv, line 3, column 'b': .* got 'nan'"),
        ("a,b,y\n1,2,x\n1,-inf,y\n", "data.csv, line 3, column 'b': .* got '-inf'"),
        ("a,b,y\n1,2,x\n1, ,y\n", "data.csv, line 3, column 'b': the cell is empty"),
        ("a,b,y\n1,2,x\n1,2,\n", "data.csv, line 3, column 'y': the label is missing"),
        (
            "a,b,y\n1,2,x\n1,2,NaN\n",
            "data.csv, line 3, column 'y': the label is missing",
        ),
        ("a,b,y\n1,2,x\n1,3,x\n", "data.csv, column 'y' holds one class only, 'x'"),
        ("a,b,y\n1,2,0.5\n1,3,2\n", "data.csv, column 'y' holds fractions such as 0.5"),
        (
            "a,y\n1,p\n2,q\n3,r\n",
            "data.csv, column 'y' holds a different label in every",
        ),
        (
            "a,y\n1,1\n2,2\n3,3\n",
            "data.csv, column 'y' holds a different label in every",
        ),
        (
            "a;b;y\n1;2;x\n",
            "data.csv, line 1: one column found, .* by semicolons: save",
        ),
        ("a\tb\ty\n1\t2\tx\n", "data.csv, line 1: one column found, .* by tabs: save"),
        ("y\nx\nz\n", r"data.csv, line 1: one column found \('y'\), but at least two"),
        (",a,y\n0,1,x\n1,2,z\n", "data.csv, line 1: column 1 has no name"),
        ("a,a,y\n0,1,x\n1,2,z\n", "data.csv, line 1: two columns have the name 'a'"),
        ("5.1,3.5,x\n4.9,3,z\n", "data.csv, line 1 must name the columns, got .* 5.1"),
        (b"a,y\n\xff\xfe,x\n", "data.csv is not text in UTF-8"),
        ('a,y\n"1,x\n', "data.csv, line 2: unexpected end of data"),
        (
            "a,y\n" + "1e300,p\n-1e300,q\n" * 9,
            "--data data.csv: the numbers in column 'a' are too",
        ),
        (
            "a,y\n1,p\n2,p\n3,q\n4,p\n",
            "--data data.csv: every sample of class 'q' is am",
        ),
    ],
)
def test_files_that_are_refused(
    text: str, message: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal([*QUICK_CSV, "--data", write(text)], capsys)
    assert re.match(message, said), said


def test_a_folder_is_not_a_file(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("folder").mkdir()
    said = refusal([*QUICK_CSV, "--data", "folder"], capsys)
    assert said == "folder: Is a directory"


def test_a_label_column_that_is_missing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*QUICK_CSV, "--data", write(FLOWERS), "--label", "kinds"]
    assert refusal(words, capsys) == (
        "--label: data.csv has no column 'kinds', only 'length', 'width', 'height', "
        "'kind'; did you mean 'kind'?"
    )
    write(",".join(f"c{n}" for n in range(8)) + "\n")
    assert "only 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'" in refusal(
        words, capsys
    )
    write(",".join(f"c{n}" for n in range(20)) + "\n")
    assert "only 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', ..., 'c19'" in refusal(
        words, capsys
    )


# ---- reading a file -----------------------------------------------------------


def test_read_csv(write: Write) -> None:
    table = csv_file.read_csv(write("\ufeffa, b ,y\n1,-2e1, p q \n\n .5,7,é\n"))
    np.testing.assert_array_equal(table.X, [[1, -20], [0.5, 7]])
    assert table.y.tolist() == ["p q", "é"]
    assert table.features == ["a", "b"]
    assert table.label == "y"


def test_a_column_may_be_called_2020(write: Write) -> None:
    table = csv_file.read_csv(write("2020,v1.5,y\n1,2,x\n3,4,z\n"))
    assert table.features == ["2020", "v1.5"]


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["2", "10", "2"], [2, 10, 2]),
        (["1.0", "0", "1"], [1, 0, 1]),
        (["yes", "no", "1"], ["yes", "no", "1"]),
        ([str(2**53), str(2**53 + 1)] * 2, [str(2**53), str(2**53 + 1)] * 2),
    ],
)
def test_labels_are_integers_where_all_are(
    cells: list[str], labels: list[Any], write: Write
) -> None:
    text = "a,y\n" + "".join(f"1,{cell}\n" for cell in [*cells, cells[0]])
    assert csv_file.read_csv(write(text)).y.tolist() == [*labels, labels[0]]


# ---- the learning curve -------------------------------------------------------


def part(n_samples: int, seed: int) -> task.Part:
    X, y = datasets.make_moons(n_samples, random_state=seed)
    return task.Part(X, X, y, nnbook.one_hot(y, 2))


@pytest.mark.parametrize(
    ("epochs", "taken"),
    [
        (1, [1]),
        (7, [1, 2, 3, 4, 5, 6, 7]),
        (500, list(range(1, 501))),
        (501, list(range(1, 502, 2))),
        (1200, [*range(1, 1201, 3), 1200]),
    ],
)
def test_the_curve_is_the_error_after_each_epoch(epochs: int, taken: list[int]) -> None:
    train, test = part(20, 0), part(10, 1)
    network = Network(epochs=epochs, random_state=0)
    trained = fitting.fit(network, train, test, progress=False)
    assert trained.curve.epochs == taken
    errors = [*network.loss_curve_, trained.training.error]  # errors[e]: after e epochs
    expected = [errors[e] for e in taken]
    np.testing.assert_allclose(trained.curve.training, expected, rtol=1e-9)
    unseen = nnbook.network_error(test.X, test.Y, network.thetas_)
    assert trained.curve.unseen[-1] == trained.unseen.error == unseen
    assert trained.unseen.accuracy == network.score(test.X, test.y)
    assert trained.warning == ""


def test_unseen_samples_that_overflow_have_no_score() -> None:
    train, test = part(20, 0), part(10, 1)
    test = test._replace(X=np.full_like(test.X, 1e308) * [1, -1])
    trained = fitting.fit(Network(epochs=50, learning_rate=5), train, test, False)
    assert np.isnan(trained.unseen).all()
    assert np.isnan(trained.curve.unseen[-1])
    assert np.isfinite(trained.training).all()


# ---- the picture --------------------------------------------------------------

SIGNATURES = {
    "png": b"\x89PNG\r\n\x1a\n",
    "svg": b"<?xml",
    "pdf": b"%PDF-",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_the_picture_is_saved_in_the_kind_its_name_tells(
    kind: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(f"new.{kind}")
    path.write_text("an older picture")
    assert (
        main(["train", "--epochs", "9", "--samples", "40", "--picture", str(path)]) == 0
    )
    content = path.read_bytes()
    assert content.startswith(SIGNATURES[kind])
    assert len(content) > 5000
    assert capsys.readouterr().out.endswith(f"Picture saved as new.{kind}.\n")


def written(path: str) -> str:
    """Give the text in an SVG picture; matplotlib keeps each piece as a comment."""
    return "\n".join(re.findall(r"<!-- (.*?) -->", Path(path).read_text("utf-8")))


def test_two_features_show_regions_and_curve(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--epochs", "300", "--picture", "a.svg"]) == 0
    found = re.search(r"regression (\d+), network 2-3-2 (\d+)", capsys.readouterr().out)
    assert found is not None
    text = written("a.svg")
    assert f"logistic regression: {found[1]} of 100 unseen wrong" in text
    assert f"network 2-3-2: {found[2]} of 100 unseen wrong" in text
    for piece in (
        "how it learned",
        "epoch",
        "class 0",
        "class 1",
        "dot: to learn from",
    ):
        assert piece in text


def test_the_regions_cover_the_unseen_samples_too(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, regions = [], plots.regions

    def remember(*args: Any, **kwargs: Any) -> Any:
        drawn.append(regions(*args, **kwargs))
        return drawn[-1]

    monkeypatch.setattr(plots, "regions", remember)
    words = ["--samples", "40", "--test-size", "0.5", "--picture", "a.png"]
    assert main(["train", "--epochs", "9", *words]) == 0
    for ax in drawn:
        marks = [line for line in ax.get_lines() if line.get_linestyle() == "None"]
        hollow = [mark.get_markerfacecolor() == "none" for mark in marks]
        assert hollow == [False, False, True, True]
        count = [len(mark.get_xdata()) for mark in marks]
        assert count[0] + count[1] == count[2] + count[3] == 20
        coloured = [
            path.get_extents()
            for sheet in ax.collections
            if len(sheet.get_facecolor())
            for path in sheet.get_paths()
        ]
        covered = Bbox.union(coloured).extents
        np.testing.assert_allclose(covered, ax.viewLim.extents)


def test_more_features_show_the_confusion_matrix(write: Write) -> None:
    words = ["train", "--epochs", "9", "--data", write(FLOWERS), "--picture", "a.svg"]
    assert main(words) == 0
    text = written("a.svg")
    for piece in ("rose", "tulip", "true class", "network 3-8-2: how it learned"):
        assert piece in text


def test_digits_show_mistakes(write: Write) -> None:
    words = ["train", "--data", "digits", "--hidden", "4", "--epochs", "5"]
    assert main([*words, "--picture", "a.svg"]) == 0
    text = written("a.svg")
    assert "its surest mistakes: true → predicted" in text
    assert len(re.findall(r"^(\d) → (?!\1)\d$", text, flags=re.MULTILINE)) == 12


def test_digits_without_mistakes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = datasets.load_digits()
    few = y < 2
    monkeypatch.setattr(datasets, "load_digits", lambda: (X[few], y[few]))
    words = ["train", "--data", "digits", "--epochs", "50", "--picture", "a.svg"]
    assert main(words) == 0
    assert "no mistakes to show" in written("a.svg")


def test_many_classes_show_the_curve_alone(write: Write) -> None:
    rows = [f"{k},{-k},{k % 2},class {k}\n" for k in range(21) for _ in range(8)]
    path = write("a,b,c,y\n" + "".join(rows))
    assert main(["train", "--epochs", "5", "--data", path, "--picture", "a.svg"]) == 0
    text = written("a.svg")
    assert "how it learned" in text
    assert "true class" not in text


def test_names_that_matplotlib_would_read_as_something_else(write: Write) -> None:
    """Formulas, hidden legend entries, missing letters, line breaks, length."""
    names = [
        "_hidden",
        r"$\frac$",
        "猫",
        '"two\nlines"',
        "a name that is much too long",
    ]
    rows = [f"{k},{n},{name}\n" for n in range(8) for k, name in enumerate(names)]
    path = write("$x,_y$,z\n" + "".join(rows))
    assert main(["train", "--epochs", "5", "--data", path, "--picture", "a.svg"]) == 0
    text = written("a.svg")
    for piece in ("_hidden", r"$\frac$", "two lines", "a name that is much…"):
        assert piece in text


def test_no_picture(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    assert "Picture" not in capsys.readouterr().out
    assert not list(Path().iterdir())


def test_a_diverged_run_leaves_the_older_picture(write: Write) -> None:
    Path("a.png").write_text("older")
    words = ["train", "--epochs", "200", *BLOWS_UP, "--picture", "a.png"]
    assert main(words) == 1
    assert Path("a.png").read_text() == "older"


def test_a_diverged_run_leaves_no_empty_picture(write: Write) -> None:
    assert main(["train", "--epochs", "200", *BLOWS_UP, "--picture", "a.png"]) == 1
    assert not list(Path().iterdir())


def test_a_picture_that_fails_after_all(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import nnbook.cli.picture

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nnbook.cli.picture, "draw", full)
    assert main(["train", "--epochs", "5", "--no-progress"]) == 2
    error = capsys.readouterr().err
    assert error == (
        "nnbook: error: --picture: nnbook-train.png: No space left on device\n"
    )


# ---- the program itself -------------------------------------------------------


def test_as_a_program(tmp_path: Path) -> None:
    """One run as a user starts it; it leaves the picture and a word about it."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "nnbook", "train", "--epochs", "50"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert list(rows_of(run.stdout)) == ["logistic regression", "network 2-3-2"]
    assert "Traceback" not in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["nnbook-train.png"]


def test_matplotlib_is_loaded_for_a_picture_only(tmp_path: Path) -> None:
    program = f"""
import sys
from nnbook.__main__ import main
assert main({QUICK!r}) == 0
loaded = {{"matplotlib", "sklearn", "IPython"}} & set(sys.modules)
assert not loaded, loaded
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_a_reader_that_leaves_early_is_no_traceback(tmp_path: Path) -> None:
    run = subprocess.run(
        f"{sys.executable} -m nnbook train --no-picture --no-progress | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.startswith("data ")
    assert run.stderr == ""
