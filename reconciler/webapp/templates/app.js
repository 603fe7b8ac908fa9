// Live progress. Without it the page of a check opens itself anew every two seconds.
"use strict";
for (const box of document.querySelectorAll("[data-events]")) {
  const source = new EventSource(box.dataset.events);
  const line = box.querySelector("[data-line]");
  const progress = box.querySelector("[data-progress]");
  source.addEventListener("line", (event) => { if (line) line.textContent = event.data; });
  source.addEventListener("progress", (event) => { if (progress) progress.innerHTML = event.data; });
  source.addEventListener("end", () => { source.close(); location.reload(); });
}
