/* Lets the explorers of a page be moved. There is no mathematics here: the page holds
   every state, and this script puts the pieces of the chosen one in their places. */
(() => {
  "use strict";

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /* The states stand in the page itself, or in files that are scripts, so that a
     page opened from a disk may load them. */
  const stored = (window.nnbookStates ??= {});
  const coming = {};

  function fetched(key, folder) {
    coming[key] ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${folder}${key}.js`;
      script.onload = done;
      script.onerror = () => {
        delete coming[key]; // the next move asks again
        failed(new Error(`${script.src} could not be loaded`));
      };
      document.head.append(script);
    });
    return coming[key];
  }

  function explorer(figure) {
    const inputs = [...figure.querySelectorAll("[data-control]")];
    const places = new Map(
      [...figure.querySelectorAll("[data-at]")].map((place) => [place.dataset.at, place]),
    );
    const link = figure.querySelector(".nn-link");
    const play = figure.querySelector(".nn-play");
    const sizes = inputs.map(stops);
    const shown = new Map(); // what stands in each place now
    const [common, ...parts] = figure.dataset.keys.split(" ");
    const apart = parts.length ? figure.dataset.apart.split(" ").map(Number) : [];
    let asked = ""; // what is on its way
    let playing = 0;
    let waiting = 0;

    for (const script of figure.querySelectorAll("script.nn-states")) {
      stored[script.dataset.key] = JSON.parse(script.textContent);
    }

    /* The states that the chosen stops need: what all need, and a part by itself. */
    function keys(chosen) {
      const part = parts[apart.reduce((sum, k) => sum * sizes[k] + chosen[k], 0)];
      return part ? [common, part] : [common];
    }

    function show() {
      const chosen = inputs.map(value);
      const needed = keys(chosen);
      if (!needed.every((key) => key in stored)) return ask(needed);
      const pieces = needed.flatMap((key) => stored[key]);
      for (const [place, controls, texts, index, head, tail] of pieces) {
        const at = controls.reduce((sum, k) => sum * sizes[k] + chosen[k], 0);
        const text = head + texts[index[at]] + tail;
        if (shown.get(place) === text) continue;
        shown.set(place, text);
        places.get(place).innerHTML = text;
      }
      figure.dataset.ready = "";
      figure.removeAttribute("aria-busy");
    }

    /* Whatever is chosen when they have come is shown: no state waits for another. */
    function ask(needed) {
      delete figure.dataset.ready;
      figure.setAttribute("aria-busy", "true");
      const these = needed.join();
      if (asked === these) return;
      asked = these;
      const missing = needed.filter((key) => !(key in stored));
      Promise.all(missing.map((key) => fetched(key, figure.dataset.states)))
        .then(show)
        .finally(() => {
          if (asked === these) asked = "";
        });
    }

    function changed() {
      inputs.forEach(announce);
      show();
      link.href = address();
      // Browsers refuse an address that changes too often.
      clearTimeout(waiting);
      waiting = setTimeout(() => history.replaceState(null, "", address()), 300);
    }

    function address() {
      const moved = inputs.filter((input) => value(input) !== first(input));
      const set = moved.map(
        (input) => `${input.dataset.control}=${encodeURIComponent(text(input))}`,
      );
      return `#${figure.id}${set.length ? "?" : ""}${set.join("&")}`;
    }

    function follow(event) {
      // A move of a moment ago may have replaced the address since.
      const followed = event ? new URL(event.newURL).hash : location.hash;
      const [name, set] = followed.slice(1).split("?");
      if (name !== figure.id || set === undefined) return;
      for (const part of set.split("&")) {
        const [control, wanted] = part.split("=").map(decodeURIComponent);
        const input = inputs.find((one) => one.dataset.control === control);
        if (input) choose(input, wanted);
      }
      changed();
    }

    function stop() {
      clearInterval(playing);
      playing = 0;
      play.textContent = "Play";
      play.setAttribute("aria-pressed", "false");
    }

    function next() {
      const input = inputs.find((one) => one.dataset.control === play.dataset.plays);
      const last = value(input) === stops(input) - 1;
      if (last && playing) return stop();
      set(input, last ? 0 : value(input) + 1);
      changed();
    }

    play?.addEventListener("click", () => {
      if (playing) return stop();
      next();
      if (calm.matches) return; // a step for each press
      playing = setInterval(next, Number(play.dataset.pace));
      play.textContent = "Pause";
      play.setAttribute("aria-pressed", "true");
    });
    figure.querySelector(".nn-reset").addEventListener("click", () => {
      if (playing) stop();
      inputs.forEach((input) => set(input, first(input)));
      changed();
    });
    for (const input of inputs) {
      input.addEventListener("input", (event) => {
        if (playing && event.isTrusted) stop();
        changed();
      });
      // A finger that scrolls the page across a slider does not mean to move it.
      let before = "";
      input.addEventListener("pointerdown", () => (before = input.value));
      input.addEventListener("pointercancel", () => {
        if (input.type !== "range" || input.value === before) return;
        input.value = before;
        changed();
      });
    }
    if (calm.matches && play) play.textContent = "Step";
    // Whoever comes near will soon want to move something.
    for (const sign of ["pointerenter", "focusin", "touchstart"]) {
      figure.addEventListener(sign, show, { once: true, passive: true });
    }
    addEventListener("hashchange", follow);
    follow();
  }

  /* What can be chosen: the lines of a menu, or the buttons of a group. */
  function offers(input) {
    return [...(input.options ?? input.querySelectorAll("[type=radio]"))];
  }

  function stops(input) {
    if (input.type === "checkbox") return 2;
    return offers(input).length || Number(input.max) + 1;
  }

  function value(input) {
    if (input.type === "checkbox") return Number(input.checked);
    if (input.type === "range") return Number(input.value);
    return offers(input).findIndex((one) => one.selected || one.checked);
  }

  function first(input) {
    if (input.type === "checkbox") return Number(input.defaultChecked);
    if (input.type === "range") return Number(input.defaultValue);
    return offers(input).findIndex((one) => one.defaultSelected || one.defaultChecked);
  }

  function set(input, stop) {
    if (input.type === "checkbox") input.checked = Boolean(stop);
    else if (input.type === "range") input.value = stop;
    else if (input.options) input.selectedIndex = stop;
    else offers(input)[stop].checked = true;
  }

  function names(input) {
    if (input.type === "checkbox") return ["off", "on"];
    if (input.type === "range") return JSON.parse(input.dataset.shown);
    return offers(input).map((one) => one.text ?? one.parentElement.textContent);
  }

  function text(input) {
    return names(input)[value(input)];
  }

  function choose(input, wanted) {
    const minus = wanted.replace("-", "\u2212");
    const stop = names(input).findIndex((name) => name === wanted || name === minus);
    if (stop >= 0) set(input, stop);
  }

  function announce(input) {
    if (input.type !== "range") return;
    input.setAttribute("aria-valuetext", text(input));
    input.parentElement.querySelector("output").textContent = text(input);
  }

  document.querySelectorAll("figure.nn-explorer").forEach(explorer);
})();
