import { describe, expect, it } from "vitest";
import { invalidInput, invalidInputs } from "./invalid-input.js";

describe("invalidInput", () => {
  it("says in its message which field is wrong", () => {
    expect(invalidInput("Too long.", ["images", 0, "url"]).message).toBe("images.0.url: Too long.");
  });

  it("names no field where the whole is wrong", () => {
    expect(invalidInput("No object.").message).toBe("No object.");
  });
});

describe("invalidInputs", () => {
  it("words the first of several, and keeps all", () => {
    const issues = [
      { message: "Missing.", path: ["prompt"] },
      { message: "Not whole.", path: ["steps"] },
    ];
    expect(invalidInputs(issues)).toMatchObject({ message: "prompt: Missing.", extensions: { issues } });
  });

  it("cuts a path that a caller made long", () => {
    expect(invalidInput("Deep.", Array(1_000).fill("a")).message).toHaveLength(128 + ": Deep.".length);
  });
});
