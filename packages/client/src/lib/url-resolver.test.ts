import { describe, expect, it } from "vitest";
import { completed, processing } from "../../test/generations.js";
import { createUrlResolver } from "./url-resolver.js";

const withUrls = createUrlResolver("https://api.example.com");

describe("createUrlResolver", () => {
  it("puts the origin before relative URLs of outputs and previews, and changes nothing else", () => {
    const progress = { ...processing().progress, previewUrl: "/api/generations/gen_1/preview?signature=s" };
    expect(withUrls(processing({ progress }))).toEqual(
      processing({
        progress: { ...progress, previewUrl: "https://api.example.com/api/generations/gen_1/preview?signature=s" },
      }),
    );
    expect(withUrls(completed({ url: "/picture#1" }))).toEqual(completed({ url: "https://api.example.com/picture#1" }));
  });

  it("leaves what has an origin of its own, and a preview that is not there", () => {
    for (const url of ["https://cdn.example.com/picture", "//cdn.example.com/picture", "data:image/png;base64,AA=="]) {
      expect(withUrls(completed({ url }))).toEqual(completed({ url }));
    }
    expect(withUrls(processing())).toEqual(processing());
  });

  it("moves every output, and does not touch the answer that it is given", () => {
    const generation = completed({ url: "/picture" });
    const two = { ...generation, outputs: [...generation.outputs, { ...generation.outputs[0], index: 1 }] } as const;
    const before = structuredClone(two);
    expect(withUrls(two)).toHaveProperty("outputs.1.url", "https://api.example.com/picture");
    expect(two).toEqual(before);
  });

  it("leaves everything as it is without an origin", () => {
    const generation = completed();
    expect(createUrlResolver("")(generation)).toBe(generation);
  });

  it("leaves what a user wrote, whatever its name", () => {
    const generation = processing({ input: { url: "/mine" }, metadata: { previewUrl: "/mine" } });
    expect(withUrls(generation)).toEqual(generation);
  });
});
