// Goes to a page by its address, and waits until it is drawn.
async (id) => {
  if (id) location.hash = id;
  await frames();
  return true;
}
