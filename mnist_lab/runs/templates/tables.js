// Sorts the tables of a page: a click on a column's heading, or Enter on it, turns its order around.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2) continue;
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const downwards = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", downwards ? "descending" : "ascending");
      const number = heading.classList.contains("number");
      const key = (row) => {
        const text = row.cells[column].textContent.trim();
        return number ? parseFloat(text.replaceAll(",", "")) : text;
      };
      const missing = (value) => value === "" || Number.isNaN(value);
      const keyed = [...body.rows].map((row) => [key(row), row]);
      keyed.sort(([a], [b]) => {
        if (missing(a) || missing(b)) return missing(a) - missing(b); // the unknown come last
        const order = number ? a - b : a.localeCompare(b, "en", { numeric: true });
        return downwards ? -order : order;
      });
      body.append(...keyed.map(([, row]) => row));
    });
  });
}
