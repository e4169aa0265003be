import { describe, expect, it } from "vitest";
import { active, changes, completed, processing } from "../../../test/generations.js";
import { resolveUrls } from "./resolve-urls.js";

function resolved<Answer extends object>(answer: Answer): Answer {
  const fresh = structuredClone(answer);
  resolveUrls(fresh, "https://api.example.com");
  return fresh;
}

const withPreview = (previewUrl: string | null) => processing({ progress: { ...processing().progress, previewUrl } });

describe("resolveUrls", () => {
  it("prefixes relative URLs of outputs and previews, and changes nothing else", () => {
    const generation = withPreview("/api/generations/gen_1/preview?signature=s#1");
    const url = "https://api.example.com/api/generations/gen_1/preview?signature=s#1";
    expect(resolved({ generation })).toEqual({ generation: withPreview(url) });
    expect(resolved({ generation: completed({ url: "/picture" }) })).toEqual({
      generation: completed({ url: "https://api.example.com/picture" }),
    });
  });

  it("resolves every output of every list of a response", () => {
    const generation = completed({ url: "/picture" });
    const two = { ...generation, outputs: [...generation.outputs, { ...generation.outputs[0], index: 1 }] } as const;
    const lists = { generations: [withPreview("/preview")], unseen: [generation, two], changed: [two] };
    const answer = resolved(changes(lists));
    expect(answer).toMatchObject({
      generations: [{ progress: { previewUrl: "https://api.example.com/preview" } }],
      unseen: [{}, { outputs: [{}, { url: "https://api.example.com/picture" }] }],
      changed: [{ outputs: [{}, { url: "https://api.example.com/picture" }] }],
    });
  });

  it("resolves thumbnails, if there are any", () => {
    const generation = completed();
    const [{ thumbnailUrl }] = generation.outputs;
    expect(thumbnailUrl).toBeNull();
    const withThumbnail = (url: string) => ({
      ...generation,
      outputs: [{ ...generation.outputs[0], thumbnailUrl: url }],
    });
    expect(resolved({ generation: withThumbnail("/thumbnail") })).toMatchObject({
      generation: { outputs: [{ thumbnailUrl: "https://api.example.com/thumbnail" }] },
    });
  });

  it("resolves the URL of an upload", () => {
    expect(resolved({ input: { id: "inp_1", url: "/picture" } })).toEqual({
      input: { id: "inp_1", url: "https://api.example.com/picture" },
    });
  });

  it("keeps absolute URLs and missing members", () => {
    for (const url of ["https://cdn.example.com/picture", "//cdn.example.com/picture", "data:image/png;base64,AA=="]) {
      expect(resolved({ generation: completed({ url }) })).toEqual({ generation: completed({ url }) });
    }
    for (const answer of [{ generation: withPreview(null) }, active(), { generation: null }, {}]) {
      expect(resolved(answer)).toEqual(answer);
    }
  });

  it("keeps user data with any member names", () => {
    const generation = processing({
      input: { url: "/mine" },
      metadata: { previewUrl: "/mine", outputs: [{ url: "/" }] },
    });
    expect(resolved({ generation })).toEqual({ generation });
  });
});
