import { describe, expect, it } from "vitest";
import { copiedBytes } from "../../../../testing/fakes/copied-bytes.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { LogFields } from "../../ports/logger.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import type { ProviderOutput } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const blocked: ProviderOutput = { failure: { code: "content_blocked", message: "The vendor filtered an image." } };
const link = (name: string): ProviderOutput => ({ url: `https://files.vendor.example/${name}?sig=secret` });

/** Returns an image for every link except those of a page, which fail at first. */
function copierWithBusyPages(times: number): MediaCopier {
  let requests = 0;
  return {
    async copy({ url }) {
      if (!url.includes("page")) return copiedBytes(tinyPng());
      requests += 1;
      if (requests <= times) throw new Error("503");
      return copiedBytes(new TextEncoder().encode("<html>"));
    },
  };
}

const ways = [
  ["polls for", (outputs: readonly ProviderOutput[]) => scriptedProvider({ poll: [{ type: "done", outputs }] })],
  [
    "receives",
    (outputs: readonly ProviderOutput[]) =>
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] }),
  ],
] as const;

describe.each(ways)("a worker that %s a result with a missing output", (way, providerOf) => {
  const warningsOf = async (outputs: readonly ProviderOutput[], busyTimes = 0): Promise<readonly unknown[]> => {
    const lines: unknown[] = [];
    const copier = copierWithBusyPages(busyTimes);
    const warn = (message: string, fields?: LogFields) => {
      if (message === "An output of a result is missing.") lines.push(fields);
      expect(JSON.stringify(fields)).not.toContain("secret");
    };
    const logger = { debug() {}, info() {}, warn, error() {} };
    await bench({ provider: providerOf(outputs), worker: { copier, logger } }, async (given) => {
      await given.runTo(await given.submit({ requestedOutputs: outputs.length }));
    })();
    return lines;
  };

  it("logs the index and the reason of each missing output once, without its URL", async () => {
    const line = { event: "output.missing", generationId: expect.stringMatching(/^gen_/) };
    const lines = [
      { ...line, index: 0, code: "content_blocked", reason: "The vendor filtered an image." },
      { ...line, index: 2, code: "output_rejected", reason: "The output is not of an allowed type, kind and size." },
    ];
    expect(await warningsOf([blocked, link("one"), link("page")])).toEqual(lines);
    // Retries add no lines. A worker that polls sleeps between its tries.
    if (way === "polls for") expect(await warningsOf([blocked, link("one"), link("page")], 2)).toEqual(lines);
  });

  it("logs nothing if all outputs are stored, and nothing if all are missing, because the generation fails", async () => {
    expect(await warningsOf([link("one"), link("two")])).toEqual([]);
    expect(await warningsOf([blocked, link("page")])).toEqual([]);
  });
});
