"""IPython's settings while the book is built; `make book` puts them in place.

A reader's own Jupyter is not touched: these settings shape the pages only.
"""

c = get_config()  # noqa: F821 - IPython provides it

# Figures as vectors, the same bytes from the same numbers: no date, fixed ids.
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {
    "bbox_inches": "tight",
    "metadata": {"Date": None, "Creator": None},
}
c.InlineBackend.rc = {"svg.hashsalt": "nnbook"}

# An error on a page is its last line, without the folders of this machine.
c.InteractiveShell.xmode = "Minimal"

# Nothing to remember between two builds, and no advice about transports.
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"
