import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProviderContract } from "@safelight/server/testing";
import { type DemoInput, type DemoProvider, demo } from "./demo.js";

runProviderContract<DemoInput>("demo", async () => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-"));
  let now = 1_800_000_000_000;
  const opened: DemoProvider[] = [];
  const open = (): DemoProvider => {
    const provider = demo({ vendorFile: join(folder, "vendor.db"), stepMs: 100, now: () => now });
    opened.push(provider);
    return provider;
  };
  const provider = open();
  const input = (prompt: string): DemoInput => ({ prompt, steps: 3, size: 256 });
  return {
    provider,
    reopen: open,
    advance: async (milliseconds) => {
      now += milliseconds;
    },
    paidRequests: async (token) => provider.invoices().find(({ reference }) => reference === token)?.jobs ?? 0,
    inputs: {
      succeeding: input("a quiet lake"),
      busy: input("a quiet lake fail:rate"),
      invalid: { prompt: "a quiet lake", steps: 31 },
      failing: input("a quiet lake fail:policy"),
      losing: input("a quiet lake, lost"),
    },
    close: async () => {
      for (const each of opened) await each.close();
      await rm(folder, { recursive: true });
    },
  };
});
