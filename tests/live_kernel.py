"""A kernel with the explorers, and as much of a front end as it takes to move them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.util import run_sync

from nnbook import explorers

#: The explorers that a page shows too; the playground trains, and lives in a kernel.
ON_PAGES = [name for name in explorers.__all__ if name != "playground"]
VIEW = "application/vnd.jupyter.widget-view+json"


class Kernel:
    """Runs cells, and sends what a front end sends when a widget is moved."""

    def __init__(self, client: NotebookClient) -> None:
        self.client = client
        self.run(f"from nnbook.explorers import {', '.join(explorers.__all__)}")

    def run(self, code: str) -> Any:
        """Run a cell; the client keeps the state of its widgets."""
        cell = nbformat.v4.new_code_cell(code)
        self.client.nb.cells.append(cell)
        self.client.execute_cell(cell, len(self.client.nb.cells) - 1)
        return cell

    def show(self, name: str, controls: int) -> tuple[str, list[str]]:
        """Show an explorer; gives the models of its picture and of its controls."""
        shown = self.run(f"{name}()").outputs[0]["data"]
        box = self.client.widget_state[shown[VIEW]["model_id"]]
        parts = [part.removeprefix("IPY_MODEL_") for part in box["children"]]
        return parts[0], parts[1 : 1 + controls]

    def find(self, kind: str) -> str:
        """Give the latest widget of a kind, such as "PlayModel"."""
        models = self.client.widget_state.items()
        return [name for name, state in models if state["_model_name"] == kind][-1]

    def move(self, model: str, stop: int) -> dict[str, Any]:
        """Move a control; gives the state of every widget that changed with it."""
        return self.send(model, index=stop)

    def send(self, model: str, **state: Any) -> dict[str, Any]:
        """Set what a front end sets; gives every widget that changed with it."""
        kernel = self.client.kc
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = kernel.session.msg("comm_msg", {"comm_id": model, "data": data})
        kernel.shell_channel.send(message)
        changed: dict[str, Any] = {}
        while True:
            answer = run_sync(kernel.get_iopub_msg)(timeout=60)
            content = answer["content"]
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if answer["msg_type"] == "comm_msg" and "state" in content["data"]:
                own = changed.setdefault(content["comm_id"], {})
                own.update(content["data"]["state"])
            if answer["msg_type"] in ("error", "stream"):
                raise RuntimeError(f"the kernel said {content}")
            if content.get("execution_state") == "idle":
                return changed


@contextmanager
def live() -> Iterator[Kernel]:
    """Start a kernel."""
    client = NotebookClient(nbformat.v4.new_notebook(), kernel_name="python3")
    with client.setup_kernel():
        yield Kernel(client)
