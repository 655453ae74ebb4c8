// Says in a sentence why a notebook cannot run here, where nothing else would: the
// program waits without end for a Python that does not come. Loaded before it, as a
// classic script, so that it works in a page opened from a file too.
"use strict";
(function () {
  const PATIENCE = 20000; // milliseconds until the reader hears that it is slow

  function say(text, id) {
    const old = document.getElementById("book-notice");
    if (old) old.remove();
    const box = document.createElement("div");
    box.id = "book-notice";
    box.dataset.reason = id;
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:fixed;z-index:10000;left:0;right:0;bottom:0;padding:1rem 3.5rem 1rem 1.25rem;" +
      "font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff4d6;" +
      "border-top:3px solid #8a5a00";
    const words = document.createElement("p");
    words.style.cssText = "margin:0 auto;max-width:45rem";
    words.textContent = text;
    const close = document.createElement("button");
    close.textContent = "\u00d7";
    close.setAttribute("aria-label", "Close this message");
    close.style.cssText =
      "position:absolute;right:.75rem;top:.75rem;width:2rem;height:2rem;" +
      "font-size:1.25rem;color:inherit;background:none;border:1px solid;cursor:pointer";
    close.onclick = () => box.remove();
    box.append(words, close);
    document.body.append(box);
    return box;
  }

  function whenReady(work) {
    if (document.body) work();
    else document.addEventListener("DOMContentLoaded", work);
  }

  if (location.protocol === "file:") {
    whenReady(() =>
      say(
        "A notebook cannot run in a page that was opened from a file: browsers allow " +
          "it only for pages that come from a server. Open the book at its address on " +
          "the web, or start a server with “make serve” in the book's folder. " +
          "To run the chapter on your own computer, download it from its page.",
        "file",
      ),
    );
    return;
  }

  const root = new URL("..", document.currentScript.src.replace(/[^/]*$/, "x/"));

  async function arrives(address) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE * 3) });
    if (!answer.ok) throw new Error(String(answer.status));
  }

  async function check() {
    const answer = await fetch(new URL("jupyter-lite.json", root));
    const plugins = (await answer.json())["jupyter-config-data"].litePluginSettings;
    const settings = plugins["@jupyterlite/pyodide-kernel-extension:kernel"];
    const python = new URL(settings.pyodideUrl, root);
    const lock = new URL(settings.loadPyodideOptions.lockFileURL, root);
    const from = python.host === location.host ? "this site" : python.host;
    const slow = setTimeout(
      () =>
        whenReady(() =>
          say(
            `Python has not come yet from ${from}. The notebook can be read and ` +
              "edited; its cells run when Python is here.",
            "slow",
          ),
        ),
      PATIENCE,
    );
    try {
      await arrives(python);
      await arrives(lock);
      const box = document.getElementById("book-notice");
      if (box) box.remove();
    } catch {
      whenReady(() =>
        say(
          "This notebook can be read and edited here but not run: Python, which runs " +
            `in your browser, could not be fetched from ${from}. ` +
            (from === "this site"
              ? "Tell the people who run this site that its copy of Pyodide is missing."
              : "Connect to the internet and load this page again, or download the " +
                "chapter from its page and run it on your own computer."),
          "missing",
        ),
      );
    } finally {
      clearTimeout(slow);
    }
  }

  check();
})();
