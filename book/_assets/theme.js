/* Before the first paint: the colours that the reader chose on an earlier page. */
try {
  var chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
} catch (error) {
  /* no storage: the system's choice stands */
}
