import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { defineModel, definitionsOf, type ModelDefinition, type ModelOptions } from "./define-model.js";

const options = {
  provider: scriptedProvider(),
  input: { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } },
} as const;

describe("defineModel", () => {
  it("refuses an unknown option and lists the known ones", () => {
    const misspelled = { ...options, credit: 4 };
    expect(() => defineModel(misspelled)).toThrow(
      /^Unknown option "credit" in defineModel. Use one of: provider, input, credits/,
    );
  });

  it("makes pictures unless told otherwise", () => {
    expect(defineModel(options).kind).toBe("image");
    expect(defineModel({ ...options, kind: "image" }).kind).toBe("image");
  });

  it.each(["video", "audio", "hologram"])(
    "refuses %s, whose bytes could not be kept once they are paid for",
    (kind) => {
      // The cast stands for a JavaScript host.
      expect(() => defineModel({ ...options, kind: kind as "image" })).toThrow(
        new RangeError(`kind must be "image", not "${kind}": media of other kinds cannot be stored yet`),
      );
    },
  );

  it("shows its kind and its schema, and nothing of what it is made of", () => {
    expect(Object.keys(defineModel(options))).toEqual(["kind", "input"]);
  });

  it("does not compile with a kind that cannot be stored", () => {
    // @ts-expect-error: video cannot be stored yet
    expect(() => defineModel({ ...options, kind: "video" })).toThrow(RangeError);
  });

  it.each([
    ["a price that is no integer", { credits: 0.5 }],
    ["a price below 0", { credits: -1 }],
    ["no outputs", { outputs: 0 }],
    ["half an output", { outputs: 1.5 }],
    ["more outputs than are allowed", { outputs: 1_001 }],
    ["no attempt at all", { maxAttempts: 0 }],
    ["a deadline at once", { deadlineMs: 0 }],
  ])("refuses %s", (_what, change) => {
    expect(() => defineModel({ ...options, ...change })).toThrow(RangeError);
  });

  it.each([
    ["no provider", { provider: undefined }, "provider"],
    ["an empty chain", { provider: [] }, "provider"],
    ["a chain with a hole", { provider: [scriptedProvider(), undefined] }, "provider"],
    ["a provider that was not made", { provider: scriptedProvider }, "provider"],
    ["no schema", { input: undefined }, "input"],
    ["a schema of another kind", { input: { parse: () => ({}) } }, "input"],
  ])("refuses %s", (_what, change, name) => {
    // The cast stands for a JavaScript host.
    const wrong = { ...options, ...change } as unknown as typeof options;
    expect(() => defineModel(wrong)).toThrow(TypeError);
    expect(() => defineModel(wrong)).toThrow(`defineModel needs ${name}: `);
  });

  it("fixes the refund policy, by input and caller where it is a function", () => {
    const caller = { ownerId: "ada", accountId: "team" };
    expect(defined(options).refundsFor({}, caller)).toBeNull();
    expect(defined({ ...options, refunds: { internal: 50 } }).refundsFor({}, caller)).toEqual({ internal: 50 });
    const byCaller = defined({
      ...options,
      refunds: (_input, { accountId }) => ({ dropped: accountId === "team" ? 100 : 0 }),
    });
    expect(byCaller.refundsFor({}, caller)).toEqual({ dropped: 100 });
  });

  it("refuses a refund policy that is none, when it is declared or when it is asked for", () => {
    expect(() => defineModel({ ...options, refunds: { internal: 101 } })).toThrow(RangeError);
    const model = defined({ ...options, refunds: () => ({ internal: -1 }) });
    expect(() => model.refundsFor({}, { ownerId: "ada", accountId: "ada" })).toThrow(RangeError);
  });
});

describe("definitionsOf", () => {
  it("refuses what was not made by defineModel", () => {
    // The cast stands for a JavaScript host.
    const models = { flux: { ...options } as never };
    expect(() => definitionsOf(models)).toThrow(new TypeError('The model "flux" was not made by defineModel.'));
  });
});

/** A model's definition, as the server sees it. */
function defined(from: ModelOptions<unknown, unknown>): ModelDefinition {
  const { flux } = definitionsOf({ flux: defineModel(from) });
  if (flux === undefined) throw new Error("A model has a definition.");
  return flux;
}
