import type { MatrixCell } from "./cell.js";
import { cellsOfCallBacks } from "./cells-of-call-backs.js";
import { cellsOfCancels } from "./cells-of-cancels.js";
import { cellsOfLostReplies } from "./cells-of-lost-replies.js";
import { cellsOfRefusals } from "./cells-of-refusals.js";
import { cellsOfRestarts } from "./cells-of-restarts.js";
import { cellsOfResults } from "./cells-of-results.js";

/** All rows of the matrix, in order. */
export const matrixCells: readonly MatrixCell[] = [
  ...cellsOfResults,
  ...cellsOfRefusals,
  ...cellsOfLostReplies,
  ...cellsOfRestarts,
  ...cellsOfCallBacks,
  ...cellsOfCancels,
];
