// Live progress: the server sends the list as it changes, and at the end the page is opened anew.
"use strict";
for (const box of document.querySelectorAll("[data-events]")) {
  const source = new EventSource(box.dataset.events);
  const progress = box.querySelector("[data-progress]");
  source.addEventListener("progress", (event) => { progress.innerHTML = event.data; });
  source.addEventListener("end", () => { source.close(); location.reload(); });
}
