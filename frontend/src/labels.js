// Labels that just came as paper: the print dialog opens when every picture can be drawn, without a window that a browser
// would block. What was printed is already written down: the pictures are the answer to that act.
export async function printLabels(root) {
  if (!root.matches?.("[data-print-now]")) return;
  await Promise.allSettled([...root.querySelectorAll("img")].map((picture) => picture.decode()));
  print();
}
