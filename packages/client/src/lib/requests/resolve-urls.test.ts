import { describe, expect, it } from "vitest";
import { active, changes, completed, processing } from "../../../test/generations.js";
import type { BalanceFrame, Changes } from "../contract/wire.js";
import { resolveUrls } from "./resolve-urls.js";

function resolved<Body extends object>(body: Body): Body {
  const fresh = structuredClone(body);
  resolveUrls(fresh, "https://api.example.com");
  return fresh;
}

const withPreview = (previewUrl: string | null) => processing({ progress: { ...processing().progress, previewUrl } });

describe("resolveUrls", () => {
  it("prefixes relative URLs of outputs and previews, and changes nothing else", () => {
    const generation = withPreview("/api/generations/gen_1/preview?signature=s#1");
    const url = "https://api.example.com/api/generations/gen_1/preview?signature=s#1";
    expect(resolved({ generation })).toEqual({ generation: withPreview(url) });
    expect(resolved({ generation: completed({ url: "/image" }) })).toEqual({
      generation: completed({ url: "https://api.example.com/image" }),
    });
  });

  it("resolves every output of every list of a response", () => {
    const generation = completed({ url: "/image" });
    const two = { ...generation, outputs: [...generation.outputs, { ...generation.outputs[0], index: 1 }] } as const;
    const lists = { generations: [withPreview("/preview")], unseen: [generation, two], changed: [two] };
    const body = resolved(changes(lists));
    expect(body).toMatchObject({
      generations: [{ progress: { previewUrl: "https://api.example.com/preview" } }],
      unseen: [{}, { outputs: [{}, { url: "https://api.example.com/image" }] }],
      changed: [{ outputs: [{}, { url: "https://api.example.com/image" }] }],
    });
  });

  it("resolves the generations of each frame of the event stream", () => {
    const generation = completed({ url: "/image" });
    const later: Changes = { changed: [generation], deleted: [{ id: "gen_2", sequence: 3 }], sequence: 3 };
    const expected = { changed: [completed({ url: "https://api.example.com/image" })] };
    expect(resolved(later)).toEqual({ ...later, ...expected });
    const snapshot = changes({ unseen: [generation], resync: true });
    expect(resolved(snapshot)).toEqual({ ...snapshot, unseen: expected.changed });
    const balance: BalanceFrame = { balance: 3 };
    expect(resolved(balance)).toEqual(balance);
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
    expect(resolved({ input: { id: "inp_1", url: "/image" } })).toEqual({
      input: { id: "inp_1", url: "https://api.example.com/image" },
    });
  });

  it("keeps absolute URLs and missing members", () => {
    for (const url of ["https://cdn.example.com/image", "//cdn.example.com/image", "data:image/png;base64,AA=="]) {
      expect(resolved({ generation: completed({ url }) })).toEqual({ generation: completed({ url }) });
    }
    for (const body of [{ generation: withPreview(null) }, active(), { generation: null }, {}]) {
      expect(resolved(body)).toEqual(body);
    }
  });

  it.each([
    { generation: { progress: "50 %" } },
    { generation: { progress: { previewUrl: ["/preview"] } } },
    { generation: { outputs: {} } },
    { generation: { outputs: 5 } },
    { generation: { outputs: [null, "file", { url: 1 }] } },
    { generations: "none", unseen: 5, changed: [null, [], "one"], input: true },
  ])("keeps malformed members: %j", (body) => {
    expect(resolved(body)).toEqual(body);
  });

  it("keeps user data with any member names", () => {
    const generation = processing({
      input: { url: "/mine" },
      metadata: { previewUrl: "/mine", outputs: [{ url: "/" }] },
    });
    expect(resolved({ generation })).toEqual({ generation });
  });
});
