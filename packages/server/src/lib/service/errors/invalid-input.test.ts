import { describe, expect, it } from "vitest";
import { invalidInput, invalidInputs } from "./invalid-input.js";

describe("invalidInput", () => {
  it("names the invalid field in its message", () => {
    expect(invalidInput("Too long.", ["images", 0, "url"]).message).toBe("images.0.url: Too long.");
  });

  it("names no field if the path is empty", () => {
    expect(invalidInput("No object.").message).toBe("No object.");
  });
});

describe("invalidInputs", () => {
  it("uses the message of the first issue and keeps all issues", () => {
    const issues = [
      { message: "Missing.", path: ["prompt"] },
      { message: "Not whole.", path: ["steps"] },
    ];
    expect(invalidInputs(issues)).toMatchObject({ message: "prompt: Missing.", extensions: { issues } });
  });

  it("truncates a long path", () => {
    expect(invalidInput("Deep.", Array(1_000).fill("a")).message).toHaveLength(128 + ": Deep.".length);
  });
});
