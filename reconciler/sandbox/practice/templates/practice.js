// Two comforts; every page works without them.

// A list with data-submit-on-choose sends its form as soon as something is chosen, also before this script had come. The
// attribute's value, where it has one, names the button that the choice stands for.
for (const list of document.querySelectorAll("select[data-submit-on-choose]")) {
  const send = () => {
    const button = list.dataset.submitOnChoose;
    if (button) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: button });
      list.form.append(field);
    }
    list.form.submit();
  };
  list.addEventListener("change", send);
  const shown = [...list.options].findIndex((option) => option.defaultSelected);
  if (list.selectedIndex !== Math.max(shown, 0)) send();
}

// A box with data-ticks ticks all boxes of that name, and is unticked with any of them.
for (const all of document.querySelectorAll("input[data-ticks]")) {
  const boxes = all.form.querySelectorAll(`input[name="${all.dataset.ticks}"]`);
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  boxes.forEach((box) => box.addEventListener("change", () => (all.checked &&= box.checked)));
}
