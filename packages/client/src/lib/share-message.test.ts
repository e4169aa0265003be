import { describe, expect, it } from "vitest";
import { active, processing } from "../../test/generations.js";
import { toMessage } from "./share-message.js";

const by = "page-1";
const lead = { type: "lead", by, sequence: 7, isHidden: false, latest: [{ type: "credits", balance: 96 }] };
const hello = { type: "hello", ownerTag: "owner-a", sequence: 7, serverTime: "", active: active() };
const event = (said: unknown) => ({ type: "event", by, event: said });

describe("toMessage", () => {
  it.each([
    { type: "who" },
    lead,
    event({ type: "generation", generation: processing() }),
    event({ type: "deleted", id: "gen_1", sequence: 8 }),
    event({ type: "resync" }),
    event(hello),
    event({ type: "credits", balance: null }),
    event({ type: "connection", state: "live", isCurrent: true }),
  ])("takes $type", (said) => expect(toMessage(said, "owner-a")).toBe(said));

  it.each([
    null,
    undefined,
    7,
    {},
    { ...lead, by: 7 },
    { ...lead, sequence: Number.NaN },
    { ...lead, sequence: Number.POSITIVE_INFINITY },
    { ...lead, latest: null },
    { ...lead, latest: [null] },
    event(null),
    event({ type: "failure", error: "boo" }),
    event({ type: "gap", sequence: 9 }),
    event({ type: "generation" }),
    event({ type: "generation", generation: { ...processing(), sequence: "8" } }),
    event({ type: "deleted", sequence: 8 }),
    event({ type: "deleted", id: "gen_1", sequence: 1e300 }),
    event({ ...hello, active: undefined }),
    event({ ...hello, ownerTag: "owner-b" }),
  ])("passes over %j", (said) => expect(toMessage(said, "owner-a")).toBeNull());
});
