import { describe, expect, it } from "vitest";
import { toMessage } from "./share-message.js";

const by = "page-1";

describe("toMessage", () => {
  it.each([
    { type: "who" },
    { type: "lead", by, sequence: 7, isHidden: false, latest: [] },
    { type: "event", by, event: { type: "resync" } },
  ])("takes $type", (said) => expect(toMessage(said)).toBe(said));

  it.each([null, undefined, 7, "who", {}, { type: "lead" }, { type: "event", by: 7 }, { type: "other", by }])(
    "passes over %j",
    (said) => expect(toMessage(said)).toBeNull(),
  );
});
