import { expect, it } from "vitest";
import { keyLength } from "./hint-key.js";
import { formatHintMessage, maxKeys, parseHintMessage } from "./hint-message.js";

const message = (keys: number) => ({
  nodeId: "node",
  isWake: false,
  keys: Array.from({ length: keys }, (_, index) => String(index).padStart(keyLength, "k")),
});

it("reads the longest message of a publisher, and none that is longer than a publisher sends", () => {
  expect(parseHintMessage(formatHintMessage(message(maxKeys)))).toEqual(message(maxKeys));
  expect(parseHintMessage(formatHintMessage(message(maxKeys * 10)))).toBeNull();
});
