/* The console works without this file; with it, files can be dropped and menus close by themselves. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  function showNames(input) {
    var list = document.getElementById(input.dataset.names || "");
    if (!list) return;
    list.replaceChildren();
    Array.from(input.files).forEach(function (file) {
      var item = document.createElement("li");
      item.textContent = file.name;
      list.append(item);
    });
  }

  document.querySelectorAll("[data-drop]").forEach(function (zone) {
    var input = zone.querySelector("input[type=file]");
    input.addEventListener("change", function () { showNames(input); });
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function (event) { event.preventDefault(); zone.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function (event) { event.preventDefault(); zone.classList.remove("over"); });
    });
    zone.addEventListener("drop", function (event) {
      if (!event.dataTransfer || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      showNames(input);
    });
  });

  /* Files go one by one, each with its own progress and its own way to stop; the page of the batch follows. */
  function sendFiles(form, input) {
    var list = form.querySelector("[data-sending]");
    var line = form.querySelector("[data-line]");
    var words = {};
    form.querySelector("[data-words]").content.querySelectorAll("[data-word]").forEach(function (one) {
      words[one.dataset.word] = one.textContent;
    });
    var batch = Array.from(crypto.getRandomValues(new Uint8Array(8)), function (one) {
      return one.toString(16).padStart(2, "0");
    }).join("");
    var waiting = Array.from(input.files).map(function (file) {
      var shown = line.content.firstElementChild.cloneNode(true);
      var one = { file: file, shown: shown, left: false, request: null };
      shown.querySelector("[data-name]").textContent = file.name;
      shown.querySelector("progress").setAttribute("aria-label", file.name);
      shown.querySelector("[data-stop]").addEventListener("click", function () {
        one.left = true;
        say(one, words.left);
        if (one.request) one.request.abort();
      });
      list.append(shown);
      return one;
    });
    var arrived = 0;
    var failed = 0;
    list.hidden = false;
    form.querySelector(".primary").disabled = true;
    input.disabled = true;

    function say(one, text) {
      var said = one.shown.querySelector("[data-said]");
      said.textContent = text;
      said.hidden = false;
      one.shown.querySelector("[data-stop]").hidden = true;
    }
    function next() {
      var one = waiting.shift();
      if (!one) return end();
      if (one.left) return next();
      var body = new FormData(form);
      body.delete("files");
      body.append("batch", batch);
      body.append("files", one.file, one.file.name);
      var request = one.request = new XMLHttpRequest();
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) return;
        one.shown.querySelector("progress").value = 100 * event.loaded / event.total;
        one.shown.querySelector("[data-share]").textContent =
          Math.floor(100 * event.loaded / event.total) + " % · " + (event.loaded / 1048576).toFixed(1) + " MiB";
      });
      request.addEventListener("loadend", function () {
        if (request.status === 202) {
          arrived += 1;
          one.shown.querySelector("[data-stop]").hidden = true;
        } else if (!one.left) {
          failed += 1;
          say(one, words.failed);
        }
        next();
      });
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.send(body);
    }
    function end() {
      if (arrived && !failed) {
        window.location.assign(window.location.pathname + "?batch=" + batch);
        return;
      }
      form.querySelector(".primary").disabled = false;
      input.disabled = false;
    }
    next();
  }

  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var input = form.querySelector("input[type=file]");
      if (!input.files.length) return;
      event.preventDefault();
      sendFiles(form, input);
    });
  });

  document.addEventListener("click", function (event) {
    document.querySelectorAll(".more details[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".more details[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* a part of the page that is drawn anew keeps what the reader had opened */
  var opened = [];
  document.addEventListener("htmx:beforeSwap", function () {
    opened = Array.from(document.querySelectorAll("details[id][open]"), function (one) { return one.id; });
  });
  document.addEventListener("htmx:afterSwap", function () {
    opened.forEach(function (id) {
      var one = document.getElementById(id);
      if (one) one.open = true;
    });
  });
})();
