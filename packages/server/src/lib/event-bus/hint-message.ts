import { keyLength } from "./hint-key.js";

/** A message between nodes. Without keys and without a wake, it is a heartbeat. */
export interface HintMessage {
  /** Identifies the publisher, which ignores its own hints. Without spaces. */
  readonly nodeId: string;
  /** Whether work is due. */
  readonly isWake: boolean;
  /** Keys of the owners and accounts that changed; `null` if any may have changed. */
  readonly keys: readonly string[] | null;
}

/** Max keys of a message: Postgres refuses a payload of 8,000 bytes. */
export const maxKeys = 600;

const version = "1";
/** No publisher of this release sends a longer message. */
const maxLength = 8_000;
const messagePattern = new RegExp(`^${version} (\\S+) ([w-]) (\\*|[\\w-]*)$`);

/** A message as text of less than 8,000 bytes. */
export function formatHintMessage({ isWake, keys, nodeId }: HintMessage): string {
  return `${version} ${nodeId} ${isWake ? "w" : "-"} ${keys === null ? "*" : keys.join("")}`;
}

/** Returns `null` for a message of another version, or of another sender. The watchers' own checks find its changes. */
export function parseHintMessage(text: string): HintMessage | null {
  if (text.length > maxLength) return null;
  const [, nodeId, wake, keys] = text.match(messagePattern) ?? [];
  if (nodeId === undefined || keys === undefined) return null;
  const count = keys.length / keyLength;
  if (keys !== "*" && !Number.isInteger(count)) return null;
  const at = (index: number): string => keys.slice(index * keyLength, (index + 1) * keyLength);
  return {
    nodeId,
    isWake: wake === "w",
    keys: keys === "*" ? null : Array.from({ length: count }, (_, index) => at(index)),
  };
}
