import { defineRead } from "../text/define-read.js";
import { isForWorker, isItemTooFar, isUnclaimed } from "../text/outbox-due.js";
import { confirmedTime, nowInRead, timeParameters } from "../text/time.js";

interface ItemId {
  readonly id: number;
}

/** Due items for the caller. A read comes first, so that an idle check writes nothing. */
export const findOutbox = defineRead<{ readonly due: ItemId; readonly tooFar: ItemId }>({
  name: "find_outbox",
  parameters: { ...timeParameters, models: "text", topics: "text", limit: "bigint" },
  parts: {
    due: `SELECT id FROM @outbox WHERE due_at <= ${nowInRead} AND ${isForWorker} ORDER BY due_at LIMIT :limit`,
    tooFar: `SELECT id FROM @outbox WHERE ${isItemTooFar(nowInRead)} AND ${isForWorker} LIMIT :limit`,
  },
});

/** Abandoned items that the caller cannot claim. A read comes first, so that an idle check writes nothing. */
export const findUnclaimed = defineRead<{ readonly items: ItemId & { readonly topic: string } }>({
  name: "find_unclaimed",
  parameters: { ...timeParameters, models: "text", topics: "text", limit: "bigint" },
  parts: {
    items: `SELECT id, topic FROM @outbox
      WHERE ${isUnclaimed(`(SELECT ${confirmedTime(nowInRead)})`)} AND NOT (${isForWorker}) ORDER BY due_at LIMIT :limit`,
  },
});
