/* The search: looks through the index, which the build made, for all of the words. */
(function () {
  "use strict";
  var field = document.getElementById("q");
  var count = document.getElementById("count");
  var list = document.getElementById("found");
  var MOST = 50;

  function plain(text) {
    return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  }

  function score(entry, words) {
    var heading = plain(entry[2]);
    var text = plain(entry[3]);
    var points = 0;
    for (var k = 0; k < words.length; k += 1) {
      var word = words[k];
      var inHeading = heading.includes(word);
      var times = text.split(word).length - 1;
      if (!inHeading && !times) {
        return 0;
      }
      points += (inHeading ? 20 : 0) + Math.min(times, 8);
      if ((" " + text + " ").match(new RegExp("[^\\w]" + safe(word) + "[^\\w]"))) {
        points += 5;
      }
    }
    return points;
  }

  function safe(word) {
    return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }

  function excerpt(text, words) {
    var at = plain(text).indexOf(words[0]);
    var from = Math.max(0, at - 70);
    var part = text.slice(from, from + 220);
    var p = document.createElement("p");
    var pattern = new RegExp("(" + words.map(safe).join("|") + ")", "gi");
    if (from) {
      p.append("… ");
    }
    part.split(pattern).forEach(function (bit, k) {
      if (k % 2) {
        var mark = document.createElement("mark");
        mark.textContent = bit;
        p.append(mark);
      } else {
        p.append(bit);
      }
    });
    p.append(" …");
    return p;
  }

  function search() {
    var words = plain(field.value).split(/\s+/).filter(Boolean);
    list.textContent = "";
    if (!words.length) {
      count.textContent = "";
      return;
    }
    var found = window.BOOK_INDEX.map(function (entry) {
      return { entry: entry, points: score(entry, words) };
    })
      .filter(function (hit) {
        return hit.points > 0;
      })
      .sort(function (a, b) {
        return b.points - a.points;
      });
    count.textContent =
      found.length === 0
        ? "Nothing has all of these words. Try fewer, or the beginning of one."
        : found.length + (found.length === 1 ? " place" : " places") +
          (found.length > MOST ? ", the first " + MOST + " of them:" : ":");
    found.slice(0, MOST).forEach(function (hit) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.href = hit.entry[0];
      link.textContent =
        hit.entry[2] === hit.entry[1] ? hit.entry[1] : hit.entry[1] + ": " + hit.entry[2];
      item.append(link, excerpt(hit.entry[3], words));
      list.append(item);
    });
  }

  field.value = new URLSearchParams(location.search).get("q") || "";
  field.form.addEventListener("submit", function (event) {
    event.preventDefault();
    search();
  });
  field.addEventListener("input", search);
  search();
})();
