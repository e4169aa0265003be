import { beforeEach, describe, expect, it } from "vitest";
import { createSafelightClient } from "../../packages/client/src/index.ts";
import { developMs, openDarkroom } from "./darkroom.ts";

describe("the in-memory server of the live demo", () => {
  let time: number;
  let rows: Map<string, string>;

  /** A load of the page. */
  function load() {
    const storage = {
      getItem: (key: string) => rows.get(key) ?? null,
      setItem: (key: string, text: string) => rows.set(key, text),
    };
    const darkroom = openDarkroom({ storage, now: () => time });
    const client = createSafelightClient<{
      readonly $Infer: { readonly models: { poster: { input: { prompt: string } } } };
    }>({ baseUrl: "https://site.example", fetch: darkroom.fetch });
    return { darkroom, client };
  }

  beforeEach(() => {
    time = 1_000;
    rows = new Map();
  });

  it("continues a generation after a reload, and completes it once", async () => {
    const { generation } = await load().client.submit("poster", { prompt: "a harbor" });
    time += developMs / 2;
    const { darkroom, client } = load();
    expect(await client.get(generation.id)).toMatchObject({ status: "processing", progress: { value: 0.5 } });
    time += developMs;
    darkroom.tick();
    const again = load().client;
    expect(await again.get(generation.id)).toMatchObject({ status: "completed", input: { prompt: "a harbor" } });
    expect((await again.credits()).balance).toBe(16);
  });

  it("keeps refunds, grants and seen generations over a reload", async () => {
    const { darkroom, client } = load();
    const { generation } = await client.submit("poster", { prompt: "fail:policy" });
    time += developMs;
    darkroom.tick();
    await client.markSeen([generation.id]);
    darkroom.grant();
    const again = load().client;
    expect(await again.get(generation.id)).toMatchObject({ status: "failed", refundedCredits: 4 });
    expect((await again.active()).generations).toEqual([]);
    expect((await again.credits()).balance).toBe(40);
  });
});
