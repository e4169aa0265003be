import { describe, expect, it } from "vitest";
import { resolveReferences } from "./resolve-references.js";

const [one, other] = ["1", "2"].map((end) => `inp_01900000-0000-7000-8000-00000000000${end}`);

describe("resolveReferences", () => {
  it("reads each image once, one after the other, if the input refers to it several times", async () => {
    const steps: string[] = [];
    const files = {
      urlOf: async () => null,
      read: async (reference: string) => {
        steps.push(`begin ${reference}`);
        await Promise.resolve();
        steps.push(`end ${reference}`);
        return { bytes: Uint8Array.of(255), contentType: "image/png" };
      },
    };
    const url = "data:image/png;base64,/w==";
    const input = { list: [one, other, one], deep: { mask: one }, prompt: "x", seed: null };
    expect(await resolveReferences(input, files)).toEqual({
      list: [url, url, url],
      deep: { mask: url },
      prompt: "x",
      seed: null,
    });
    expect(steps).toEqual([`begin ${one}`, `end ${one}`, `begin ${other}`, `end ${other}`]);
  });
});
