// The ids of the pages; one empty id for a document without them.
() => {
  const ids = [...document.querySelectorAll("section.page[id]")].map((page) => page.id);
  return ids.length ? ids : [""];
}
