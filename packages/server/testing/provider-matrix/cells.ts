import type { MatrixCell } from "./cell.js";
import { cellsOfCancels } from "./cells-of-cancels.js";
import { cellsOfLostResponses } from "./cells-of-lost-responses.js";
import { cellsOfRefusals } from "./cells-of-refusals.js";
import { cellsOfRestarts } from "./cells-of-restarts.js";
import { cellsOfResults } from "./cells-of-results.js";
import { cellsOfWebhooks } from "./cells-of-webhooks.js";

/** All rows of the matrix, in order. */
export const matrixCells: readonly MatrixCell[] = [
  ...cellsOfResults,
  ...cellsOfRefusals,
  ...cellsOfLostResponses,
  ...cellsOfRestarts,
  ...cellsOfWebhooks,
  ...cellsOfCancels,
];
