"""What CONTRIBUTING.md asks of a chapter, as functions that find what breaks it.

Each returns a list of sentences, empty where all is well.
"""

from __future__ import annotations

import ast
import re
from typing import Any

Cell = dict[str, Any]

MOST_LINES = 12
MOST_COLUMNS = 79
SHORTEST_ALT = 40
MOST_EXERCISES = 6
FEWEST_EXERCISES = 4
FEWEST_QUESTIONS = 3

KNOWN_TAGS = {
    "experiment",  # what a stored result depends on; see tools/full_experiments.py
    "hide-cell",
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
    "remove-stderr",
    "solution",  # part of an exercise's solution, which a build may leave out
}

FORBIDDEN_CODE = {
    r"%\s*matplotlib": "figures appear without %matplotlib",
    r"[!%]?\bpip3?\s+install": "nothing is installed from a chapter",
    r"\brandom\.seed\(": "no global seed; use rng = np.random.default_rng(...)",
    r"\brcParams\b": "nnbook.plots sets the style of figures",
    r"\bnp\.random\.(?!default_rng|Generator|seed)\w+\(": "use np.random.default_rng()",
}

BANNED_WORDS = re.compile(
    r"\b(simply|clearly|obviously|of\s+course|just|easy|easily|trivial|delves?"
    r"|crucial|dives?)\b",
    re.IGNORECASE,
)
EXCLAMATION = re.compile(r"[A-Za-z\")\]]!(?!=)")
EM_DASH = re.compile("—|(?<=\\s)--(?=\\s)")

QUESTION = re.compile(r"^\*\*Question \d+\.\*\* ", re.MULTILINE)
ANSWER = re.compile(
    r"^:::\{dropdown\} [A-Z]\. .+\n\*\*(?P<verdict>Right|No)\.\*\* .+\n:::$",
    re.MULTILINE,
)

FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(\{[\w:-]+\}|[\w-]*)(.*)$")
# Directives whose body is not prose.
CODE_DIRECTIVES = {"{code}", "{code-block}", "{code-cell}", "{math}"}
OPTION = re.compile(r"^\s*:[\w-]+:.*$", re.MULTILINE)
INLINE = re.compile(
    r"\$\$.+?\$\$|\$[^$\n]+\$|(?:\{[\w:]+\})?`+[^`]+`+|https?://\S+", re.DOTALL
)
IMAGE = re.compile(r"!(?=\[)")


def text_of(cell: Cell) -> str:
    """Join the lines of a cell."""
    return "".join(cell["source"])


def prose_of(markdown: str) -> str:
    """Leave out of a Markdown text its code, mathematics, options and addresses."""
    kept = []
    open_fences: list[tuple[str, bool]] = []  # the fence, and whether it holds code
    for line in markdown.splitlines():
        fence = FENCE.match(line)
        marker, info = (fence[1], fence[2]) if fence else ("", "")
        inner, in_code = open_fences[-1] if open_fences else ("", False)
        if marker and not info and inner and marker.startswith(inner):
            open_fences.pop()
        elif in_code:
            continue
        elif marker:
            is_code = not info.startswith("{") or info in CODE_DIRECTIVES
            open_fences.append((marker, is_code))
            kept.append("" if is_code else fence[3])  # a title is prose
        else:
            kept.append(line)
    return IMAGE.sub("", INLINE.sub(" ", OPTION.sub("", "\n".join(kept))))


def faults_in_prose(text: str) -> list[str]:
    """Find banned words, exclamation marks and dashes in prose."""
    found = [f"the word {m[0]!r}" for m in BANNED_WORDS.finditer(text)]
    found += [f"an exclamation mark: {m[0]!r}" for m in EXCLAMATION.finditer(text)]
    found += [
        f"a dash as decoration: {text[max(m.start() - 15, 0) : m.end() + 15]!r}"
        for m in EM_DASH.finditer(text)
    ]
    return found


def faults_in_size(source: str) -> list[str]:
    """Find what is too long or too wide for a cell."""
    lines = source.splitlines()
    found = [f"{len(lines)} lines"] if len(lines) > MOST_LINES else []
    return found + [
        f"{len(line)} columns: {line!r}" for line in lines if len(line) > MOST_COLUMNS
    ]


def faults_in_code(source: str) -> list[str]:
    """Find what has no place in a chapter's code."""
    return [why for what, why in FORBIDDEN_CODE.items() if re.search(what, source)]


def faults_in_tags(cell: Cell) -> list[str]:
    """Find tags that nothing reads, such as misspelt ones."""
    unknown = set(cell["metadata"].get("tags", [])) - KNOWN_TAGS
    return [f"unknown tag {tag!r}" for tag in sorted(unknown)]


def faults_in_drawing(source: str) -> list[str]:
    """Find what a cell does that nbval should have compared, besides drawing."""
    tree = ast.parse(source)
    found = [
        f"{type(node).__name__.lower()} in line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        name = ast.unparse(call.func).rpartition(".")[2]
        if name in ("print", "glue", "display"):
            found.append(f"{name} in line {call.lineno}")
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = source.rstrip()
        if not last.endswith(";"):
            found.append("shows the value of its last line; end it with a semicolon")
    return found


def faults_in_figure(cell: Cell) -> list[str]:
    """Find what a cell that draws lacks for those who cannot see its picture."""
    settings = cell["metadata"].get("mystnb", {})
    figure, image = settings.get("figure", {}), settings.get("image", {})
    found = [f"no {key}" for key in ("name", "caption") if not figure.get(key)]
    alt = " ".join(image.get("alt", "").split())
    if len(alt) < SHORTEST_ALT:
        found.append(f"alternative text of {len(alt)} characters, want {SHORTEST_ALT}")
    elif "/" in alt.split()[0] or re.search(r"\.(svg|png)\b", alt):
        found.append(f"a path for alternative text: {alt!r}")
    return found


def faults_in_captions(cell: Cell) -> list[str]:
    """Find filler in the caption and the alternative text of a cell's picture."""
    settings = cell["metadata"].get("mystnb", {})
    texts = [settings.get("figure", {}).get("caption", "")]
    texts.append(settings.get("image", {}).get("alt", ""))
    return [fault for text in texts for fault in faults_in_prose(prose_of(text))]


def draws(cell: Cell) -> bool:
    """Tell whether a cell is meant to give a picture."""
    tags = cell["metadata"].get("tags", [])
    return "nbval-ignore-output" in tags or "mystnb" in cell["metadata"]


def faults_in_title(cell: Cell, *, question: bool) -> list[str]:
    """Find what is wrong with the heading that a chapter opens with."""
    if cell["cell_type"] != "markdown":
        return ["the first cell is not Markdown"]
    title = text_of(cell).splitlines()[0]
    if not title.startswith("# "):
        return [f"the first line is not a title: {title!r}"]
    if question and not title.endswith("?"):
        return [f"the title is not a question: {title!r}"]
    return []


EXERCISE = re.compile(
    r"^\s*[`:~]{3,}\{exercise(?:-start)?\}.*\n(?P<options>(?:\s*:[\w-]+:.*\n)*)",
    re.MULTILINE,
)
SOLUTION = re.compile(
    r"^\s*[`:~]{3,}\{solution(?:-start)?\}[ \t]*(?P<label>\S*)", re.MULTILINE
)
LABEL = re.compile(r":label:\s*(\S+)")


def faults_in_questions(markdown: str) -> list[str]:
    """Find faults in the section in which readers check themselves."""
    _, heading, rest = markdown.partition("\n## Check yourself\n")
    if not heading:
        return ["no section 'Check yourself'"]
    questions = QUESTION.split(rest.split("\n## ")[0])[1:]
    found = []
    if len(questions) < FEWEST_QUESTIONS:
        found.append(f"{len(questions)} questions, want {FEWEST_QUESTIONS} or more")
    for number, text in enumerate(questions, start=1):
        verdicts = [match["verdict"] for match in ANSWER.finditer(text)]
        if verdicts.count("Right") != 1 or len(verdicts) < 2:
            found.append(f"question {number}: want one right answer among several")
        if len(verdicts) != text.count("{dropdown}"):
            found.append(f"question {number}: an answer without its verdict")
    return found


def faults_in_exercises(markdown: str) -> list[str]:
    """Find exercises without label or solution, too few of them or too many."""
    options = [match["options"] for match in EXERCISE.finditer(markdown)]
    labels = [m[1] if (m := LABEL.search(text)) else None for text in options]
    solved = [match["label"] for match in SOLUTION.finditer(markdown)]
    found = ["an exercise has no label"] * labels.count(None)
    named = [label for label in labels if label is not None]
    found += [f"no solution to {x}" for x in named if x not in solved]
    found += [f"a solution to no exercise: {x!r}" for x in solved if x not in named]
    found += [f"two solutions to {x}" for x in set(solved) if solved.count(x) > 1]
    if not FEWEST_EXERCISES <= len(labels) <= MOST_EXERCISES:
        found.append(
            f"{len(labels)} exercises, want {FEWEST_EXERCISES} to {MOST_EXERCISES}"
        )
    return found
