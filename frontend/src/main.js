// Starts every part that a page may hold. Parts find their elements by data attributes, also in what htmx swaps in.
import { fillKeys } from "./keys.js";
import { focusFault, watchAnswers } from "./answers.js";
import { drawCharts } from "./charts.js";
import { watchDialogs } from "./dialogs.js";
import { watchGrids } from "./grid.js";
import { watchHotkeys } from "./hotkeys.js";
import { printLabels } from "./labels.js";
import { countRolls } from "./rolls.js";
import { watchRows } from "./rows.js";
import { startScanBars } from "./scan.js";
import { watchSearch } from "./search.js";
import { watchSteppers } from "./steppers.js";
import { watchConnection } from "./connection.js";

watchAnswers();
watchDialogs();
watchGrids();
watchHotkeys();
watchRows();
watchSearch();
watchSteppers();
watchConnection();

const arrive = (root) => {
  fillKeys(root);
  drawCharts(root);
  startScanBars(root);
  countRolls(root);
  printLabels(root);
};
arrive(document);
document.addEventListener("htmx:load", (event) => {
  arrive(event.detail.elt);
  if (event.detail.elt !== document.body) focusFault(event.detail.elt);
});
document.documentElement.dataset.ready = "";
