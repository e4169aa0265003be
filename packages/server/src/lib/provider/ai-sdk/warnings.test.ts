import { afterEach, describe, expect, it, vi } from "vitest";
import { logWarning } from "./warnings.js";

describe("a warning of a model", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [{ type: "unsupported", feature: "seed", details: "«a lake» has none" }, "unsupported seed"],
    [{ type: "unsupported-setting", setting: "size" }, "unsupported-setting size"],
    [{ type: "other", message: "«a lake» was changed" }, "other"],
    [null, ""],
  ])("is one line on the console, without the words of the vendor: %j", (warning, words) => {
    const log = vi.spyOn(console, "warn").mockImplementation(() => {});
    logWarning({ modelId: "flux", generationId: "gen_1", warning });
    const line = `safelight: The model flux warns about its input: ${words}.`;
    expect(log).toHaveBeenCalledExactlyOnceWith(line, { generationId: "gen_1" });
  });
});
