import { describe, expect, it } from "vitest";
import { withSetupCode } from "../ports/setup-error.js";
import { checkOptionNames } from "./check-option-names.js";

interface Options {
  readonly leaseMs?: number;
  readonly drainMs?: number;
}

const check = (options: object) =>
  checkOptionNames<Options>(options, { where: "worker", names: { leaseMs: true, drainMs: true } });

describe("checkOptionNames", () => {
  it("accepts known options, also undefined ones and none", () => {
    expect(() => check({ leaseMs: undefined })).not.toThrow();
    expect(() => check({})).not.toThrow();
  });

  it.each(["leaseMS", "lease", "toString", "__proto__"])("refuses %s and lists the known options", (name) => {
    const message = `Unknown option "${name}" in worker. Use one of: leaseMs, drainMs.`;
    expect(() => check(JSON.parse(`{ "${name}": 1 }`))).toThrow(
      withSetupCode("option_unknown", new TypeError(message)),
    );
  });

  it.each([{}, { url: undefined }, { url: null }])("names a required option that is missing in %j", (options) => {
    const read = () =>
      checkOptionNames<{ readonly url?: unknown }>(options, { where: "libsqlStore", names: { url: "required" } });
    expect(read).toThrow(withSetupCode("option_missing", new TypeError('libsqlStore needs the option "url".')));
  });

  it.each([null, "fast", 1])("refuses %j instead of an object", (options) => {
    // The cast stands for a JavaScript caller, which this check protects.
    expect(() => check(options as unknown as object)).toThrow(TypeError);
  });
});
