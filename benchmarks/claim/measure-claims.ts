import { join } from "node:path";
import { medianOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { type Build, limitsOf, openHost } from "./open-build.ts";
import type { Scenario } from "./scenarios.ts";

const dayMs = 86_400_000;
/** Claims of one round: the first ones compile the code. */
const claims = { warm: 200, measured: 300 };

/** Claims one generation at a time in a new database. Returns the median processor time of a claim, in microseconds. */
export function measureClaims(build: Build, scenario: Scenario): Promise<number> {
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const { safelight, store } = openHost(build, { file: join(folder.path, "claims.db"), ...scenario });
    defer(() => safelight.close());
    await safelight.migrate();
    await submitAll(safelight, scenario);
    const models = Array.from({ length: Math.max(scenario.gates, 1) }, (_, gate) => `model-${gate}`);
    const command = { models, limit: 1, leaseMs: 60_000, limits: limitsOf(scenario) };
    const used: number[] = [];
    for (let each = 0; each < claims.warm + claims.measured; each += 1) {
      const before = process.cpuUsage();
      const [claim] = await store.claim({ ...command, token: crypto.randomUUID() });
      const { user, system } = process.cpuUsage(before);
      if (each >= claims.warm) used.push(user + system);
      if ((claim === undefined) !== (scenario.waiting === 0))
        throw new Error(`Claim ${each} got ${claim?.generation.id}.`);
      if (claim === undefined) continue;
      // It holds no capacity at its gate, and is not due again during the measurement.
      const { epoch, id } = claim.generation;
      const parked = { to: "queued", dueInMs: 240_000, isNoop: true, progress: null, attempt: null } as const;
      await store.park({ id, epoch, token: crypto.randomUUID(), ...parked });
    }
    return medianOf(used);
  });
}

type Host = ReturnType<typeof openHost>["safelight"];

async function submitAll(safelight: Host, { gates, owners, scheduled, waiting }: Scenario): Promise<void> {
  const submit = async (number: number, change: { readonly notBefore?: string }): Promise<void> => {
    const headers = {
      authorization: `owner-${number % owners}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    };
    const input = { prompt: `${"a lake at dawn, seen from the hills; ".repeat(3)}${number}` };
    const body = JSON.stringify({ model: `model-${number % Math.max(gates, 1)}`, input, ...change });
    const response = await safelight.handler(
      new Request("http://host/api/generations", { method: "POST", headers, body }),
    );
    if (!response.ok) throw new Error(`A submit got status ${response.status}: ${await response.text()}`);
  };
  for (let number = 0; number < waiting; number += 1) await submit(number, {});
  const notBefore = new Date(Date.now() + dayMs).toISOString();
  for (let number = 0; number < scheduled; number += 1) await submit(number, { notBefore });
}
