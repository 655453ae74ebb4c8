/* All that a page runs: light and dark, copying code, the contents, wide things. */
(function () {
  "use strict";
  var root = document.documentElement;

  // Light and dark: the button names what it changes to.
  var button = document.getElementById("theme");
  var system = matchMedia("(prefers-color-scheme: dark)");
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }
  function name() {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch (error) {
      /* remembered on this page only */
    }
    name();
  });
  system.addEventListener("change", name);
  name();

  // Copying: a button on each cell of code.
  if (navigator.clipboard) {
    document.querySelectorAll(".cell_input .highlight, .nn-code .highlight").forEach(function (cell) {
      var copy = document.createElement("button");
      copy.type = "button";
      copy.className = "copy";
      copy.textContent = "Copy";
      copy.setAttribute("aria-label", "Copy this code");
      copy.addEventListener("click", function () {
        var text = cell.querySelector("pre").textContent;
        navigator.clipboard.writeText(text).then(function () {
          copy.textContent = "Copied";
          setTimeout(function () {
            copy.textContent = "Copy";
          }, 1500);
        });
      });
      cell.append(copy);
    });
  }

  // What is wider than its place can be reached, and moved, by keyboard. The page lets
  // all be reached that may be too wide; here this is taken back where nothing is cut
  // off. That can be seen of what is laid out, which is what lies near the screen: to
  // look at the rest would lay it out, half a second for a whole chapter on a phone.
  var wide = "pre, table, div.math, .cell_output figure, .scroll";
  var LAID_OUT = { contentVisibilityAuto: true };
  function reach(part) {
    if (part.checkVisibility && !part.checkVisibility(LAID_OUT)) {
      return;
    }
    var over = part.scrollWidth > part.clientWidth + 1;
    var scrolls = getComputedStyle(part).overflowX === "auto";
    if (over && scrolls) {
      part.tabIndex = 0;
    } else if (part.hasAttribute("tabindex")) {
      part.removeAttribute("tabindex");
    }
  }
  // A few milliseconds at a time, when there is time.
  var SLICE = 4, left = new Set();
  var soon = window.requestIdleCallback || setTimeout;
  function some() {
    var end = performance.now() + SLICE;
    for (var part of left) {
      left.delete(part);
      reach(part);
      if (performance.now() > end) {
        break;
      }
    }
    if (left.size) {
      soon(some);
    } else {
      performance.mark("reached");
    }
  }
  function look(place) {
    if (!left.size) {
      soon(some);
    }
    place.querySelectorAll(wide).forEach(function (part) {
      left.add(part);
    });
  }
  ["load", "resize"].forEach(function (sign) {
    addEventListener(sign, function () {
      look(document);
    });
  });
  document.addEventListener(
    "contentvisibilityautostatechange",
    function (event) {
      if (!event.skipped) {
        look(event.target); // it came near
      }
    },
    true
  );
  document.addEventListener(
    "toggle",
    function (event) {
      if (event.target.tagName === "DETAILS") {
        event.target.querySelectorAll(wide).forEach(reach); // unfolded: looked at anew
      }
    },
    true
  );

  // A link into a page leads where it says. What lies above may be laid out only now,
  // and push the place away: bring it back until it rests, unless the reader scrolls.
  var SETTLE = 1000; // milliseconds until a page has surely come to rest
  function arrive(address) {
    // Behind a question mark stands the state of an explorer: see explore.js.
    var id = new URL(address).hash.slice(1).split("?")[0];
    var place = document.getElementById(id); // every name here is plain ASCII
    if (!place) {
      return;
    }
    var end = performance.now() + SETTLE, going = true;
    function leave() {
      going = false;
    }
    ["wheel", "touchstart", "keydown", "pointerdown"].forEach(function (sign) {
      addEventListener(sign, leave, { once: true, passive: true });
    });
    function again() {
      if (going && performance.now() < end) {
        place.scrollIntoView();
        requestAnimationFrame(again);
      }
    }
    again();
  }
  addEventListener("hashchange", function (event) {
    arrive(event.newURL);
  });
  arrive(location.href);

  // What a word means: beside it, while it is pointed at or has the keyboard's focus.
  // On a touch screen the link is followed.
  var ENTER = 150, LEAVE = 250; // milliseconds; the pointer may cross to the text
  var gloss = null; // the one that is seen
  function hide() {
    if (gloss) {
      gloss.hidePopover();
      gloss = null;
    }
  }
  function put(box, word) {
    var width = root.clientWidth, height = innerHeight;
    var left = Math.min(word.left, width - box.offsetWidth - 8);
    var below = word.bottom + 4, above = word.top - box.offsetHeight - 4;
    var fits = below + box.offsetHeight <= height || above < 0;
    box.style.left = Math.max(8, left) + scrollX + "px";
    box.style.top = (fits ? below : above) + scrollY + "px";
  }
  document.querySelectorAll("a.term[aria-describedby]").forEach(function (link) {
    var box = document.getElementById(link.getAttribute("aria-describedby"));
    var timer, at;
    if (!box || !box.showPopover) {
      return;
    }
    function wanted() {
      return link.matches(":hover, :focus-visible") || box.matches(":hover");
    }
    function show() {
      if (gloss !== box && wanted()) {
        hide();
        box.showPopover();
        gloss = box;
        put(box, at || link.getClientRects()[0]);
      }
    }
    function later(act, wait) {
      clearTimeout(timer);
      timer = setTimeout(act, wait);
    }
    function leave() {
      later(function () {
        if (gloss === box && !wanted()) {
          hide();
        }
      }, LEAVE);
    }
    link.addEventListener("pointerenter", function (event) {
      if (event.pointerType !== "touch") {
        // A link may be broken over two lines: take the piece that is pointed at.
        at = Array.from(link.getClientRects()).find(function (piece) {
          return event.clientY >= piece.top && event.clientY <= piece.bottom;
        });
        later(show, ENTER);
      }
    });
    link.addEventListener("focus", function () {
      at = null;
      show();
    });
    link.addEventListener("pointerleave", leave);
    link.addEventListener("blur", leave);
    box.addEventListener("pointerleave", leave);
  });
  addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      hide();
    }
  });

  // The contents say which section is being read, and close after a choice.
  var contents = document.getElementById("contents");
  var links = {};
  contents.querySelectorAll('a[href^="#"]').forEach(function (link) {
    links[decodeURIComponent(link.hash.slice(1))] = link;
    link.addEventListener("click", function () {
      if (contents.matches(":popover-open")) {
        contents.hidePopover();
      }
    });
  });
  var here = contents.querySelector("li.current > a.current");
  if (here) {
    soon(function () {
      contents.scrollTop = Math.max(0, here.offsetTop - 160);
    });
  }
  if (window.IntersectionObserver) {
    // Above the first section none is read, as after a jump back to the top.
    var sections = Array.from(document.querySelectorAll("article section[id]")).filter(function (section) {
      return links[section.id];
    });
    var met = new Set();
    var watcher = new IntersectionObserver(
      function (seen) {
        seen.forEach(function (entry) {
          met[entry.isIntersecting ? "add" : "delete"](entry.target);
        });
        var read = sections.filter(function (section) {
          links[section.id].removeAttribute("aria-current");
          return met.has(section);
        }).pop();
        if (read) {
          links[read.id].setAttribute("aria-current", "location");
        }
      },
      { rootMargin: "-10% 0px -80% 0px" }
    );
    sections.forEach(function (section) {
      watcher.observe(section);
    });
  }
})();
