import type { Benchmark } from "../frame/benchmark.ts";
import { compare } from "../frame/compare.ts";
import { canPin } from "../frame/pin-to-core.ts";
import { contendersFor } from "./contenders.ts";
import { toFindings } from "./findings.ts";
import { type Duration, measureGenerator } from "./measure-host.ts";

const durations: Readonly<Record<"full" | "short", Duration>> = {
  full: { warmUp: 1, measured: 2.8 },
  short: { warmUp: 0.1, measured: 0.2 },
};

/** Submits per second of one host. */
export const submit: Benchmark = {
  name: "submit",
  title: "Submits",
  method: `A host on \`@hono/node-server\` with one core handles \`POST /api/generations\` over 64 connections, with one
request in flight on each, from a load generator (autocannon) on another core. Redis and Postgres are not pinned and may use both cores, so
ratios to them apply to these cores. Each request has a new \`Idempotency-Key\` and comes from another of 1,024 owners in turn. Only
responses with status 202 count; any other one ends the benchmark. Afterwards the database
is read: each accepted submit must be stored, every balance must be right, and Safelight's \`audit()\` must find nothing.

- **Safelight** is mounted as in the README on a libSQL file with \`synchronous=FULL\`. One commit has the generation, the key with
  a fingerprint of the body, the debit in the ledger, the balance and the owner's sequence. The limits of an owner (rate, active
  generations) are off, since the other contenders have none. No worker runs.
- The **bare route** validates the same body with the same schema, returns a body with the same members, and stores nothing. All hosts below
  are this route with additional work.
- **BullMQ** adds a job with the key as its id; Redis has \`appendfsync always\`. It has no ledger, no balance, no sequence
  and no row that its owner could read. It is listed as a queue alone, without a verdict; \`life\` compares it with a ledger
  in the same Redis.
- **pg-boss** sends a job in a drizzle transaction that writes the key with a fingerprint, the debit, and the balance with the owner's sequence.
- The **template** has no key, no ledger, no sequence and no transaction: it reads the balance, inserts the row and updates the
  balance.

Three rounds, each with new processes and a new database; the table shows medians.`,
  async run(size) {
    const duration = durations[size];
    const generator = await measureGenerator(duration);
    const results = await compare(contendersFor(duration), { rounds: size === "full" ? 3 : 1 });
    return toFindings(results, { generator, isPinned: canPin() });
  },
};
