// Everything can be read without this; it filters by kind of cue and sorts by probability.
(function () {
  "use strict";
  var root = document.querySelector(".rhetoric-report");
  var each = function (selector, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); };
  each("[hidden]", function (element) { element.hidden = false; });
  each(".kinds input", function (box) {
    var show = function () {
      var kind = "[data-kind='" + box.value + "']";
      each(".sentence " + kind + ", .reasons " + kind, function (mark) { mark.classList.toggle("off", !box.checked); });
      each(".cue", function (cue) {
        var silent = !cue.querySelector(".reason:not(.off)");
        cue.classList.toggle("quiet", silent);
        cue.tabIndex = silent ? -1 : 0;
      });
    };
    box.addEventListener("change", show);
    if (!box.checked) { show(); }
  });
  each(".tools button", function (button) {
    button.addEventListener("click", function () {
      var byProbability = button.value === "p";
      each(".tools button", function (other) { other.setAttribute("aria-pressed", String(other === button)); });
      each(".sentences", function (list) {
        var rows = Array.prototype.slice.call(list.children);
        rows.sort(function (a, b) {
          var order = a.dataset.index - b.dataset.index;
          return byProbability ? b.dataset.p - a.dataset.p || order : order;
        });
        rows.forEach(function (row) { list.appendChild(row); });
        list.classList.toggle("sorted", byProbability);
      });
    });
  });
  // Escape hides the card of the cue that the pointer or the focus is on, until either moves away.
  var quiet = function (event) {
    if (event.key === "Escape") { each(".cue:hover, .cue:focus", function (cue) { cue.classList.add("quiet"); }); }
  };
  document.addEventListener("keydown", quiet);
  each(".cue", function (cue) {
    var wake = function () { if (cue.querySelector(".reason:not(.off)")) { cue.classList.remove("quiet"); } };
    cue.addEventListener("mouseleave", wake);
    cue.addEventListener("blur", wake);
  });
}());
