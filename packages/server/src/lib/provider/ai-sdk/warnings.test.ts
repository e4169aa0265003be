import { afterEach, describe, expect, it, vi } from "vitest";
import { emitWarning } from "./warnings.js";

describe("emitWarning", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [{ type: "unsupported", feature: "seed", details: "«a lake» has none" }, "unsupported seed"],
    [{ type: "unsupported-setting", setting: "size" }, "unsupported-setting size"],
    [{ type: "other", message: "«a lake» was changed" }, "other"],
    [null, ""],
  ])("emits a process warning without vendor text: %j", (warning, words) => {
    const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    emitWarning({ modelId: "flux", generationId: "gen_1", warning });
    const message = `Model flux warned about the input of gen_1: ${words}.`;
    expect(emit).toHaveBeenCalledExactlyOnceWith(message, "SafelightWarning");
  });
});
