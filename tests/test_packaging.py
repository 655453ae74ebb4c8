"""The package as others get it: an sdist and a wheel that install and import."""

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml

import nnbook

ROOT = Path(__file__).parent.parent
RUNTIME = {"ipywidgets", "joblib", "matplotlib", "numpy", "tqdm"}

# Prints how long `import nnbook` takes, and which of the heavy modules it loaded.
IMPORT = """
import sys, time
start = time.perf_counter()
import nnbook
seconds = time.perf_counter() - start
heavy = {"matplotlib", "ipywidgets", "IPython", "sklearn", "scipy", "myst_nb"}
print(f"{seconds:.3f}", *sorted(heavy & set(sys.modules)))
"""


def run(*command, cwd):
    """Run a command and return what it printed; a failure shows its output."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with an sdist and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT),
        cwd=folder,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


@pytest.mark.slow
def test_the_wheel_is_pure_python(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tree = [p for p in (ROOT / "nnbook").rglob("*") if p.is_file()]
    expected = {
        p.relative_to(ROOT).as_posix() for p in tree if "__pycache__" not in p.parts
    }
    assert {"nnbook/py.typed", "nnbook/data/digits.npz"} <= expected
    assert {name for name in names if "dist-info" not in name} == expected


@pytest.mark.slow
def test_the_wheel_holds_both_licences(wheel, metadata):
    assert metadata["License-Expression"] == "BSD-3-Clause AND CC-BY-4.0"
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "LICENSE-text"):
            (found,) = (n for n in archive.namelist() if n.endswith(f"licenses/{name}"))
            assert archive.read(found) == (ROOT / name).read_bytes()


@pytest.mark.slow
def test_the_wheel_asks_for_the_five_dependencies_alone(metadata):
    required = [r for r in metadata.get_all("Requires-Dist") if "extra ==" not in r]
    assert {re.match(r"[\w-]+", r)[0] for r in required} == RUNTIME
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.slow
def test_the_sdist_holds_what_its_tests_need(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= names
    assert {"nnbook/__init__.py", "conftest.py", "tests/test_packaging.py"} <= names
    assert not any(name.startswith(("_build", ".venv", "book")) for name in names)


@pytest.mark.slow
def test_the_wheel_installs_and_works_in_an_empty_environment(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    quiet = ("--quiet", "--disable-pip-version-check", "--no-compile")
    run(python, "-m", "pip", "install", *quiet, wheel, cwd=tmp_path)
    run(python, "-m", "pip", "check", cwd=tmp_path)
    program = (
        "import nnbook; X, y, thetas = nnbook.running_example(); "
        "print(nnbook.__version__, X.shape, nnbook.__file__)"
    )
    version, shape, file = run(python, "-c", program, cwd=tmp_path).split(" ", 2)
    assert wheel.name.startswith(f"nnbook-{version}-")
    assert shape + file.partition(")")[0] == "(200,2"
    assert str(tmp_path) in file
    assert "usage" in run(python, "-m", "nnbook", "--help", cwd=tmp_path).lower()
    command = tmp_path / "env" / "bin" / "nnbook"
    assert "usage" in run(command, "--help", cwd=tmp_path).lower()


def test_import_nnbook_loads_neither_matplotlib_nor_ipywidgets(capsys):
    seconds, *loaded = run(sys.executable, "-c", IMPORT, cwd=ROOT).split()
    with capsys.disabled():
        print(f"\nimport nnbook took {seconds} s")
    assert loaded == []


def test_the_hooks_run_the_pinned_versions():
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", requirements, re.MULTILINE))
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    versions = {
        entry["repo"].rpartition("/")[2]: entry["rev"].removeprefix("v")
        for entry in hooks["repos"]
        if entry["repo"] != "local"
    }
    assert versions["ruff-pre-commit"] == pins["ruff"]
    assert versions["mirrors-mypy"] == pins["mypy"]


def test_the_citation_names_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == nnbook.__version__
