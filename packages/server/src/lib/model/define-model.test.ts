import { describe, expect, it } from "vitest";
import { anyInput } from "../../../testing/fakes/any-input.js";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { withSetupCode } from "../ports/setup-error.js";
import { defineModel, definitionsOf, type ModelDefinition, type ModelOptions } from "./define-model.js";

const options = {
  provider: scriptedProvider(),
  input: anyInput,
} as const;

describe("defineModel", () => {
  it("refuses an unknown option and lists the known ones", () => {
    const misspelled = { ...options, credit: 4 };
    expect(() => defineModel(misspelled)).toThrow(
      /^Unknown option "credit" in defineModel. Use one of: provider, input, credits/,
    );
  });

  it("has the kind image by default", () => {
    expect(defineModel(options).kind).toBe("image");
    expect(defineModel({ ...options, kind: "image" }).kind).toBe("image");
  });

  it("refuses an unknown kind", () => {
    // The cast stands for a JavaScript host.
    expect(() => defineModel({ ...options, kind: "hologram" as "image" })).toThrow(
      withSetupCode("option_invalid", new RangeError('kind must be "image", "video" or "audio", not "hologram"')),
    );
  });

  it.each([
    ["image", 900_000],
    ["audio", 900_000],
    ["video", 1_800_000],
  ] as const)("gives a generation of the kind %s %d ms by default", (kind, deadlineMs) => {
    expect(defined({ ...options, kind })).toMatchObject({ kind, deadlineMs });
  });

  it("exposes only its kind and its schema", () => {
    expect(Object.keys(defineModel(options))).toEqual(["kind", "input"]);
  });

  it.each([
    ["a fractional price", { credits: 0.5 }],
    ["a negative price", { credits: -1 }],
    ["no outputs", { outputs: 0 }],
    ["a fractional number of outputs", { outputs: 1.5 }],
    ["too many outputs", { outputs: 1_001 }],
    ["no attempts", { maxAttempts: 0 }],
    ["a deadline of 0", { deadlineMs: 0 }],
  ])("refuses %s", (_, change) => {
    expect(() => defineModel({ ...options, ...change })).toThrow(RangeError);
  });

  it.each([
    ["no provider", { provider: undefined }, "provider"],
    ["an empty list of providers", { provider: [] }, "provider"],
    ["a list with an undefined provider", { provider: [scriptedProvider(), undefined] }, "provider"],
    ["a provider's function instead of its result", { provider: scriptedProvider }, "provider"],
    ["no schema", { input: undefined }, "input"],
    ["a schema without the standard", { input: { parse: () => ({}) } }, "input"],
  ])("refuses %s", (_, change, name) => {
    // The cast stands for a JavaScript host.
    const wrong = { ...options, ...change } as unknown as typeof options;
    expect(() => defineModel(wrong)).toThrow(TypeError);
    expect(() => defineModel(wrong)).toThrow(`defineModel needs ${name}: `);
  });

  it.each([
    ["credits", (model: ModelDefinition) => model.creditsFor({}, { ownerId: "ada", accountId: "ada" })],
    ["refunds", (model: ModelDefinition) => model.refundsFor({}, { ownerId: "ada", accountId: "ada" })],
    ["outputs", (model: ModelDefinition) => model.outputsFor({})],
  ])("names the function %s in the error when it throws", (name, call) => {
    const cause = new Error("price table missing");
    const fail = () => {
      throw cause;
    };
    expect(() => call(defined({ ...options, [name]: fail }))).toThrow(
      new Error(`The function ${name}() of the options threw`, { cause }),
    );
  });

  it("returns the refund policy, also from a function of input and caller", () => {
    const caller = { ownerId: "ada", accountId: "team" };
    expect(defined(options).refundsFor({}, caller)).toBeNull();
    expect(defined({ ...options, refunds: { internal: 50 } }).refundsFor({}, caller)).toEqual({ internal: 50 });
    const byCaller = defined({
      ...options,
      refunds: (_input, { accountId }) => ({ dropped: accountId === "team" ? 100 : 0 }),
    });
    expect(byCaller.refundsFor({}, caller)).toEqual({ dropped: 100 });
  });

  it("refuses an invalid refund policy, at declaration and from a function", () => {
    expect(() => defineModel({ ...options, refunds: { internal: 101 } })).toThrow(RangeError);
    const model = defined({ ...options, refunds: () => ({ internal: -1 }) });
    expect(() => model.refundsFor({}, { ownerId: "ada", accountId: "ada" })).toThrow(RangeError);
  });
});

describe("definitionsOf", () => {
  it("refuses a model that defineModel did not create", () => {
    // The cast stands for a JavaScript host.
    const models = { flux: { ...options } as never };
    expect(() => definitionsOf(models)).toThrow(
      withSetupCode("option_invalid", new TypeError('The model "flux" was not created by defineModel.')),
    );
  });
});

/** A model's definition, as the server sees it. */
function defined(from: ModelOptions<unknown, unknown>): ModelDefinition {
  const { flux } = definitionsOf({ flux: defineModel(from) });
  if (flux === undefined) throw new Error("Expected a definition.");
  return flux;
}
