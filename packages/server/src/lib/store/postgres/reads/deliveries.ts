import type { DeliveryList } from "../../../ports/store/delivery.js";
import type { DeliveryRow } from "../../rows/delivery-row.js";
import { defineRead } from "../text/define-read.js";
import { nowInRead, timeParameters } from "../text/time.js";

/** The items that are due first, up to a limit. */
const found = `(SELECT * FROM @outbox ORDER BY due_at LIMIT :scanLimit) o
        WHERE o.topic IN ('announce_to_hook', 'announce_to_webhook')`;

export const listDeliveries = defineRead<{
  readonly rows: DeliveryRow;
  readonly count: Pick<DeliveryList, "waiting" | "now">;
}>({
  name: "operator_deliveries",
  parameters: { ...timeParameters, limit: "bigint", scanLimit: "bigint" },
  parts: {
    rows: `SELECT o.id, o.topic, o.payload, o.error, o.tries, o.due_at AS "dueAt", o.created_at AS "createdAt"
      FROM ${found} ORDER BY o.tries DESC, o.id LIMIT :limit`,
    count: `SELECT count(*) AS waiting, ${nowInRead} AS now FROM ${found}`,
  },
});
