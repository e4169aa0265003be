import type { Announcement } from "../../ports/announcer.js";
import type { Delivery } from "../../ports/store/delivery.js";
import { parseJson } from "./generation-row.js";

/** A waiting announcement as the databases return it. */
export interface DeliveryRow extends Omit<Delivery, "target" | "generationId" | "event"> {
  readonly topic: `announce_to_${Delivery["target"]}`;
  readonly payload: string;
}

export function toDelivery({ payload, topic, ...row }: DeliveryRow): Delivery {
  // The cast is safe: statements of this package write the payload, unless it is damaged.
  const announcement = parseJson(payload) as Announcement | undefined;
  const target = topic === "announce_to_hook" ? "hook" : "webhook";
  return {
    ...row,
    target,
    generationId: announcement?.generationId ?? null,
    event: announcement?.event ?? null,
  };
}
