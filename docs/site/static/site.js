// A page on disk may not read the pages beside it, from which a search would take its excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// What is unfolded may be wider than the window: the theme then lets keys reach it, as after a
// change of the window's size.
document.addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);
