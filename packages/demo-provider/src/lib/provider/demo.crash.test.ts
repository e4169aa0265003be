import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demo } from "./demo.js";

/** A host in its own process, which kills itself right after the vendor's response. */
const host = `
  const [, entry, vendorFile, prompt] = process.argv;
  const { demo } = await import(entry);
  const provider = demo({ vendorFile, stepMs: 60_000 });
  const request = { input: { prompt, size: 256 }, token: "token-1", attempt: 1, generationId: "gen_1" };
  const { signal } = new AbortController();
  const outcome = await provider.submit({ ...request, signal });
  if (prompt.includes("cancel")) await provider.cancel(outcome.operation, { signal });
  process.kill(process.pid, "SIGKILL");
`;

/** Flags with which Node runs the sources of the workspace. */
const fromSource = [
  "--conditions=@safelight/source",
  "--import",
  fileURLToPath(new URL("../../../../server/test/source-imports.ts", import.meta.url)),
];

describe("the demo's vendor", () => {
  const { signal } = new AbortController();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "safelight-demo-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const killAfterSubmit = async (prompt: string): Promise<void> => {
    const entry = fileURLToPath(new URL("./demo.ts", import.meta.url));
    const args = ["--input-type=module", "--eval", host, entry, join(folder, "vendor.db"), prompt];
    const child = spawn(process.execPath, [...fromSource, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const killedBy = await new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
    if (killedBy !== "SIGKILL") throw new Error(`The host ended too early: ${errors}`);
  };

  it.each(["a lake", "a lost lake"])("keeps the job of a host that was killed after %j", async (prompt) => {
    await killAfterSubmit(prompt);
    const provider = demo({ vendorFile: join(folder, "vendor.db"), now: () => Date.now() + 10 * 60_000 });
    expect(provider.invoices()).toEqual([{ reference: "token-1", orderId: "gen_1", jobs: 1 }]);
    const found = await provider.findByToken?.("token-1", { signal });
    if (found?.type !== "found") throw new Error("not found");
    const status = await provider.poll?.(found.operation, { input: { prompt }, token: "token-1", signal });
    expect(status?.type).toBe("done");
    await provider.close();
  });

  it("keeps a refusal and a cancel", async () => {
    await killAfterSubmit("a lake fail:rate");
    await killAfterSubmit("a lake fail:rate");
    await killAfterSubmit("a lake fail:rate cancel");
    const provider = demo({ vendorFile: join(folder, "vendor.db") });
    const found = await provider.findByToken?.("token-1", { signal });
    if (found?.type !== "found") throw new Error("not found");
    const status = await provider.poll?.(found.operation, { input: { prompt: "" }, token: "token-1", signal });
    expect(status).toEqual({ type: "canceled" });
    await provider.close();
  });
});
