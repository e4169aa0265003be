import type { AnnouncementTarget } from "../announcer.js";

/** An announcement that its target has not accepted yet. */
export interface Delivery {
  /** Id of the item in the outbox. */
  readonly id: number;
  readonly target: AnnouncementTarget;
  /** `null` if the stored payload is damaged; the worker then drops the item. */
  readonly generationId: string | null;
  readonly event: "ended" | "refunded" | null;
  /** How often a worker has claimed it. */
  readonly tries: number;
  /** Text of the latest failure; `null` before it. */
  readonly error: string | null;
  /** When a worker may claim it, in epoch milliseconds: also that of a delivery which runs now. */
  readonly dueAt: number;
  readonly createdAt: number;
}

/** The announcements that wait, those with the most tries first. */
export interface DeliveryList {
  readonly deliveries: readonly Delivery[];
  /** Number of waiting announcements among the `scanLimit` items of the outbox that are due first. */
  readonly waiting: number;
  /** The database's time. */
  readonly now: number;
}
