import type { SafelightEvent } from "./client.js";

/** What peers say to each other. */
export type ShareMessage =
  /** Who tells? */
  | { readonly type: "who" }
  /** I do, from this sequence on. */
  | {
      readonly type: "lead";
      readonly by: string;
      readonly sequence: number;
      readonly isHidden: boolean;
      readonly latest: readonly SafelightEvent[];
    }
  | { readonly type: "event"; readonly by: string; readonly event: SafelightEvent };

/** `null` for what is none, or could not be worked with: a build of another day, or something else under the same name. */
export function toMessage(said: unknown, ownerTag: string): ShareMessage | null {
  const message = fieldsOf(said);
  const { type, by, sequence, latest, event } = message;
  const isMessage =
    type === "who" ||
    (typeof by === "string" &&
      (type === "lead"
        ? Number.isSafeInteger(sequence) && Array.isArray(latest) && latest.every((one) => isEvent(one, ownerTag))
        : type === "event" && isEvent(event, ownerTag)));
  // What is beyond that is the promise of the number in the name.
  return isMessage ? (message as unknown as ShareMessage) : null;
}

function isEvent(said: unknown, ownerTag: string): boolean {
  const { type, id, sequence, generation, active, ...event } = fieldsOf(said);
  if (type === "generation") return Number.isSafeInteger(fieldsOf(generation).sequence);
  if (type === "deleted") return typeof id === "string" && Number.isSafeInteger(sequence);
  if (type === "hello") return event.ownerTag === ownerTag && typeof fieldsOf(active).sequence === "number";
  return type === "resync" || type === "credits" || type === "connection";
}

/** Whatever is an object has fields, of which nothing is known. */
function fieldsOf(said: unknown): Readonly<Record<string, unknown>> {
  return typeof said === "object" && said !== null ? (said as Readonly<Record<string, unknown>>) : {};
}
