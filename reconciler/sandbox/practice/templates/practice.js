// Two comforts; every page works without them.

// A list with data-submit-on-choose sends its form as soon as something is chosen. The attribute's value, where it has
// one, names the button that the choice stands for.
for (const list of document.querySelectorAll("select[data-submit-on-choose]")) {
  list.addEventListener("change", () => {
    const button = list.dataset.submitOnChoose;
    if (button) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: button });
      list.form.append(field);
    }
    list.form.submit();
  });
}

// A box with data-ticks ticks all boxes of that name, and is unticked with any of them.
for (const all of document.querySelectorAll("input[data-ticks]")) {
  const boxes = all.form.querySelectorAll(`input[name="${all.dataset.ticks}"]`);
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  boxes.forEach((box) => box.addEventListener("change", () => (all.checked &&= box.checked)));
}
