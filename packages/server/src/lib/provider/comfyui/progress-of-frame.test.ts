import { describe, expect, it } from "vitest";
import { progressOf } from "./progress-of-frame.js";

describe("progressOf", () => {
  const workflow = { "9": { class_type: "SaveImage", inputs: {} } };
  const frame = (padding: string) =>
    JSON.stringify({
      type: "progress_state",
      data: { prompt_id: "p1", nodes: { "9": { state: "finished" } }, padding },
    });

  it("ignores frames above 1 MiB", () => {
    expect(progressOf(frame("x".repeat(1_048_000)), { jobId: "p1", workflow })).toBe(1);
    expect(progressOf(frame("x".repeat(1_048_576)), { jobId: "p1", workflow })).toBeNull();
  });
});
