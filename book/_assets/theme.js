/* The font, as early as can be. From a file, a browser would complain and not do it. */
if (location.protocol !== "file:") {
  var font = document.createElement("link");
  font.rel = "preload";
  font.as = "font";
  font.type = "font/woff2";
  font.crossOrigin = "anonymous";
  font.href = new URL("fonts/book-normal.woff2", document.currentScript.src).href;
  document.head.append(font);
}

/* Before the first paint: the colours that the reader chose on an earlier page. */
try {
  var chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
} catch (error) {
  /* no storage: the system's choice stands */
}
