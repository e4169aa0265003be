import { describe, expect, it } from "vitest";
import { copiedBytes } from "../../../../testing/fakes/copied-bytes.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CopyOutcome, CopyRequest, MediaCopier } from "../../ports/media-copier.js";
import type { ProviderOutput } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const copied = (shade: number): CopyOutcome => copiedBytes(tinyPng(shade));
const blocked: ProviderOutput = { failure: { code: "content_blocked", message: "The vendor filtered an image." } };
const link = (name: string): ProviderOutput => ({ url: `https://files.vendor.example/${name}` });
const escapesOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const dataUrl = (bytes: Uint8Array): string => `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;

/** A copier with a script by the last part of the URL. It returns one outcome per call, and repeats the last one. */
function scriptedCopier(script: Readonly<Record<string, readonly (CopyOutcome | Error)[]>>) {
  const requests: CopyRequest[] = [];
  const copier: MediaCopier = {
    async copy(request) {
      requests.push(request);
      const lines = script[request.url.split("/").at(-1) ?? ""] ?? [];
      const before = requests.filter(({ url }) => url === request.url).length - 1;
      const line = lines[Math.min(before, lines.length - 1)] ?? new Error("There is no such file.");
      if (line instanceof Error) throw line;
      return line;
    },
  };
  return { copier, requests };
}

const ways = [
  ["polls for", (outputs: readonly ProviderOutput[]) => scriptedProvider({ poll: [{ type: "done", outputs }] })],
  [
    "receives",
    (outputs: readonly ProviderOutput[]) =>
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] }),
  ],
] as const;

describe.each(ways)("a worker that %s links", (_way, providerOf) => {
  it("copies each link once from the provider's hosts, with its headers, in order", async () => {
    const { copier, requests } = scriptedCopier({ one: [copied(1)], two: [copied(2)] });
    const withKey = { ...link("two"), headers: { authorization: "Bearer key" } };
    const provider = { ...providerOf([link("one"), withKey]), mediaHosts: ["files.vendor.example"] };
    await bench({ provider, worker: { copier, maxOutputBytes: 1_000 } }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(generation.outputs).toMatchObject([
        { index: 0, contentType: "image/png" },
        { index: 1, contentType: "image/png" },
      ]);
      expect(await given.stored(generation.outputs[1]?.storageKey)).toEqual(tinyPng(2));
      expect(requests).toMatchObject([
        { url: "https://files.vendor.example/one", hosts: ["files.vendor.example"], maxBytes: 1_000 },
        { url: "https://files.vendor.example/two", headers: { authorization: "Bearer key" } },
      ]);
      expect(requests[0]?.headers).toBeUndefined();
    })();
  });

  it("allows no host if the provider names none", async () => {
    const { copier, requests } = scriptedCopier({ one: [copied(1)] });
    await bench({ provider: providerOf([link("one")]), worker: { copier } }, async (given) => {
      await given.runTo(await given.submit());
      expect(requests).toMatchObject([{ hosts: [] }]);
    })();
  });

  it.each([
    ["base64", dataUrl(tinyPng(3))],
    ["base64 in uppercase", dataUrl(tinyPng(3)).replace("data:image/png;base64", "DATA:image/png;BASE64")],
    ["percent-encoding", `data:image/png,${escapesOf(tinyPng(3))}`],
  ])("stores an image of a data URL in %s", async (_, url) => {
    await bench({ provider: providerOf([{ url }]) }, async (given) => {
      const { outputs, state } = await given.runTo(await given.submit());
      expect([state, outputs]).toMatchObject(["completed", [{ contentType: "image/png", width: 1 }]]);
    })();
  });

  it("completes with the available outputs, and refunds the share of those that are filtered, refused or malformed", async () => {
    const { copier } = scriptedCopier({
      one: [copied(1)],
      huge: [{ type: "refused", failure: { code: "output_rejected", message: "too long" } }],
    });
    const broken = { url: "data:image/png;base64,%" };
    await bench(
      { provider: providerOf([blocked, link("one"), link("huge"), broken]), worker: { copier } },
      async (given) => {
        const { outputs, refundedCredits, state } = await given.runTo(await given.submit({ requestedOutputs: 4 }));
        expect(state).toBe("completed");
        expect(outputs.map(({ index }) => index)).toEqual([1]);
        expect(refundedCredits).toBe(3);
      },
    )();
  });

  it("fails with the reason of the first output if all are missing", async () => {
    const { copier } = scriptedCopier({
      one: [{ type: "refused", failure: { code: "output_rejected", message: "no" } }],
    });
    await bench({ provider: providerOf([blocked, link("one")]), worker: { copier } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({
        state: "failed",
        failureCode: "content_rejected",
      });
      expect(await given.balance()).toBe(100);
    })();
  });
});

describe("a worker whose vendor's files are unavailable", () => {
  const polled = (...outputs: readonly ProviderOutput[]) => scriptedProvider({ poll: [{ type: "done", outputs }] });

  it("retries a failed copy without another payment", async () => {
    const { copier, requests } = scriptedCopier({ one: [new Error("reset"), new Error("503"), copied(1)] });
    const provider = polled(link("one"));
    await bench({ provider, worker: { copier } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 1 });
      expect(requests).toHaveLength(3);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("copies the other outputs once, and completes with them when the grace is over", async () => {
    const { copier, requests } = scriptedCopier({ away: [new Error("503")], one: [copied(1)], two: [copied(2)] });
    const provider = polled(link("away"), link("one"), link("two"));
    await bench({ provider, worker: { copier } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 3, credits: 9 });
      await given.runTo(id, "storing");
      await given.nextStep();
      // The next worker knows the stored outputs, and the grace ends without a response from the vendor.
      const { outputs, refundedCredits, state } = await given.runTo(id, undefined, given.addWorker());
      expect(state).toBe("completed");
      expect(outputs.map(({ index }) => index)).toEqual([1, 2]);
      expect(refundedCredits).toBe(3);
      const copiesOf = (name: string) => requests.filter(({ url }) => url.endsWith(`/${name}`)).length;
      expect([copiesOf("one"), copiesOf("two")]).toEqual([1, 1]);
      expect(copiesOf("away")).toBeGreaterThan(5);
    })();
  });

  it("completes with all outputs in order when the last one becomes available", async () => {
    const { copier } = scriptedCopier({ late: [new Error("503"), new Error("503"), copied(1)], two: [copied(2)] });
    await bench({ provider: polled(link("late"), link("two")), worker: { copier } }, async (given) => {
      const { outputs, refundedCredits } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(outputs.map(({ index }) => index)).toEqual([0, 1]);
      expect(refundedCredits).toBe(0);
    })();
  });

  it.each([
    ["ten minutes for a video", "video", 600_000],
    ["two minutes for an image", "image", 120_000],
  ] as const)(
    "gives each try of a copy %s, although its job ended just before the deadline",
    async (_, kind, maxMs) => {
      const { copier, requests } = scriptedCopier({ one: [new Error("503"), new Error("503")] });
      await bench({ provider: polled(link("one")), worker: { copier } }, async (given) => {
        await given.runTo(await given.submit({ kind, deadlineMs: 20_000 }), "storing");
        expect(requests.map(({ maxMs }) => maxMs)).toEqual([maxMs]);
        await given.clock.advance(60_000);
        await given.step();
        expect(requests.map(({ maxMs }) => maxMs)).toEqual([maxMs, maxMs]);
      })();
    },
  );

  it("retries a link with status 404 for a minute after the job ended, however long the job was", async () => {
    const running = { type: "running", progress: null, pollAfterMs: 30_000 } as const;
    const script = Array.from({ length: 20 }, () => running);
    const { copier } = scriptedCopier({
      late: [{ type: "gone", status: 404 }, { type: "gone", status: 404 }, copied(1)],
    });
    const provider = scriptedProvider({ poll: [...script, { type: "done", outputs: [link("late")] }] });
    await bench({ provider, worker: { copier } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", outputs: [{ index: 0 }] });
    })();
  });

  it("completes without it after that minute, and refunds its share", async () => {
    const { copier, requests } = scriptedCopier({ one: [copied(1)], gone: [{ type: "gone", status: 404 }] });
    await bench({ provider: polled(link("one"), link("gone")), worker: { copier } }, async (given) => {
      const started = given.clock.now();
      const { outputs, refundedCredits } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(given.clock.now() - started).toBeGreaterThanOrEqual(60_000);
      expect(given.clock.now() - started).toBeLessThan(300_000);
      expect(requests.filter(({ url }) => url.endsWith("/gone")).length).toBeGreaterThan(3);
      expect(outputs.map(({ index }) => index)).toEqual([0]);
      expect(refundedCredits).toBe(2);
    })();
  });

  it("completes without it also if the paid request returned the links, long before the grace is over", async () => {
    const { copier, requests } = scriptedCopier({ one: [copied(1)], gone: [{ type: "gone", status: 404 }] });
    const provider = scriptedProvider({
      capabilities: { resumable: false },
      submit: [{ type: "done", outputs: [link("gone"), link("one")] }],
    });
    await bench({ provider, worker: { copier } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      const started = given.clock.now();
      const step = given.step();
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(1_000);
      await step;
      expect(given.clock.now() - started).toBeLessThan(300_000);
      expect(await given.generation(id)).toMatchObject({
        state: "completed",
        outputs: [{ index: 1 }],
        refundedCredits: 2,
      });
      expect(requests.filter(({ url }) => url.endsWith("/one"))).toHaveLength(1);
    })();
  });

  it("completes with the available links of a paid request if the others stay unavailable", async () => {
    const { copier } = scriptedCopier({ away: [new Error("503")], one: [copied(1)] });
    const provider = scriptedProvider({
      capabilities: { resumable: false },
      submit: [{ type: "done", outputs: [link("away"), link("one")] }],
    });
    await bench({ provider, worker: { copier } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      const step = given.step();
      let isOver = false;
      void step.finally(() => {
        isOver = true;
      });
      while (!isOver) await given.clock.advance(30_000);
      expect(await given.runTo(id)).toMatchObject({
        state: "completed",
        outputs: [{ index: 1 }],
        refundedCredits: 2,
      });
    })();
  });

  it("fails with a refund if every file is gone", async () => {
    const { copier } = scriptedCopier({ gone: [{ type: "gone", status: 410 }] });
    await bench({ provider: polled(link("gone")), worker: { copier } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_unavailable", attempts: 1 });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("aborts a copy that hangs, and retries", async () => {
    let calls = 0;
    const copier: MediaCopier = {
      copy: async () => {
        calls += 1;
        return calls === 1 ? new Promise<never>(() => {}) : copied(1);
      },
    };
    await bench({ provider: polled(link("one")), worker: { copier, leaseMs: 600_000 } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      while (calls === 0) await given.clock.advance(100);
      await given.clock.advance(120_000);
      await step;
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
    })();
  });
});
