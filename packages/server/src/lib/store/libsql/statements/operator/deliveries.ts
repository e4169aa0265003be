import type { DeliveryList } from "../../../../ports/store/delivery.js";
import type { DeliveryRow } from "../../../rows/delivery-row.js";
import { now } from "../../guards/guards.js";
import { typed } from "../../rows/typed-statement.js";
import { recorded } from "./actions.js";

const isAnnouncement = "topic IN ('announce_to_hook', 'announce_to_webhook')";

/** The items that are due first, up to a limit. */
const found = `(SELECT id, topic, payload, error, tries, due_at, created_at FROM safelight_outbox
     ORDER BY due_at LIMIT :scanLimit) WHERE ${isAnnouncement}`;

export const listDeliveriesStatement = typed<DeliveryRow>(
  `SELECT id, topic, payload, error, tries, due_at AS dueAt, created_at AS createdAt FROM ${found}
   ORDER BY tries DESC, id LIMIT :limit`,
);

export const countDeliveriesStatement = typed<Pick<DeliveryList, "waiting" | "now">>(
  `SELECT count(*) AS waiting, ${now} AS now FROM ${found}`,
);

const item = `safelight_outbox WHERE id = :item AND ${isAnnouncement}`;

const fieldOf = (name: string) => `CASE WHEN json_valid(payload) THEN payload ->> '${name}' END`;

const snapshot = `(SELECT json_object('event', ${fieldOf("event")}, 'target', replace(topic, 'announce_to_', ''),
     'tries', tries, 'dueAt', due_at) FROM ${item})`;

const record = {
  snapshot,
  isApplied: "state_before IS NOT NULL",
  subject: `coalesce((SELECT ${fieldOf("generationId")} FROM ${item}), '*')`,
};

/** A delivery that is due already keeps its due time, because claims are in the order of due times. */
export const deliverStatements = recorded(
  [
    `UPDATE safelight_outbox SET due_at = ${now} WHERE id = :item AND ${isAnnouncement} AND due_at > ${now}`,
    "SELECT 1",
  ],
  record,
);

export const dropStatements = recorded([`DELETE FROM ${item}`, "SELECT 1"], record);
