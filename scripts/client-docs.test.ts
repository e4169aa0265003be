import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createMockServer } from "../packages/client/src/msw.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { root } from "./command.ts";
import { readRepositoryFile } from "./repository-files.ts";

const storeFile = "examples/sveltekit/src/lib/generations.ts";

interface State {
  readonly list: readonly unknown[];
  readonly balance: number | null;
}

/** The store of the example, which is not installed: its client is that of the sources. */
async function importStore() {
  const source = pathToFileURL(join(root, "packages/client/src/index.ts")).href;
  const hooks = registerHooks({
    resolve: (name, context, next) => next(name === "@safelight/client" ? source : name, context),
  });
  const { generations } = await import(pathToFileURL(join(root, storeFile)).href);
  hooks.deregister();
  // The type of the file needs the packages of the example.
  return generations as { subscribe(notify: (state: State) => void): () => void };
}

describe("docs/client.md", () => {
  it("shows the store of examples/sveltekit", () => {
    const shown = codeBlocksOf(readRepositoryFile("docs/client.md")).find(
      ({ file }) => file === "generations-store.ts",
    );
    expect(shown?.source).toBe(readRepositoryFile(storeFile).replace('"./server/safelight"', '"./safelight"'));
  });

  it("has a store that never shows the balance of one user beside the list of another", async () => {
    const server = createMockServer({ credits: 20, models: { poster: { credits: 4 } } });
    const events = { addEventListener() {}, removeEventListener() {} };
    const page = { ...events, document: { ...events, baseURI: "http://host.test/" } };
    for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
    server.signIn("ann-of-the-store");
    server.queue("poster", { prompt: "A red fox" });
    const states: string[] = [];
    const unsubscribe = (await importStore()).subscribe(({ list, balance }) => {
      states.push(`${list.length} generations, ${balance} credits`);
    });
    onTestFinished(() => {
      unsubscribe();
      server.offline();
      vi.unstubAllGlobals();
    });
    await expect.poll(() => [states.at(-1), server.held]).toEqual(["1 generations, 16 credits", 1]);
    // After a second short stream, the client polls, and no stream sends the balance.
    const streams = server.requestsTo("GET /events").length;
    server.breakStreams();
    await expect.poll(() => [server.requestsTo("GET /events").length, server.held]).toEqual([streams + 1, 1]);
    const respond = server.stallNext("GET /active", "response");
    server.signIn("bob-of-the-store", { held: "kept" });
    server.breakStreams();
    await expect.poll(() => states.at(-1)).toContain("20 credits");
    respond();
    await expect.poll(() => states.at(-1)).toBe("0 generations, 20 credits");
    expect(states).not.toContain("1 generations, 20 credits");
  });
});
