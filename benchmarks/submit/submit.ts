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

/** How many submits one host takes in a second. */
export const submit: Benchmark = {
  name: "submit",
  title: "Submits",
  method: `A host on \`@hono/node-server\` that runs on one core alone takes \`POST /api/generations\` over 64 connections, one
request in flight on each, from a load generator (autocannon) that runs on another. Nothing else of the benchmark is on the host's core, but for Redis
and Postgres, which may use both: what is beside them is on these cores, and not on one. Each request has a new \`Idempotency-Key\`, and comes
from another of 1,024 owners in turn. Counted are answers with 202 and nothing else; any other ends the benchmark. Afterwards the database
is read: each accepted submit has to be there, and every balance right; Safelight's \`audit()\` has to find nothing.

- **Safelight** is mounted as in the README on a libSQL file with \`synchronous=FULL\`. One commit holds the generation, the key with
  a fingerprint of the body, the debit in the ledger, the balance and the owner's sequence. Limits of rate, and of how many one owner
  has in progress, are off: nobody else here has any. No worker runs.
- The **bare route** validates the same body by the same schema, answers with a body of the same members, and keeps nothing. All hosts below are
  this route with something to do in between.
- **BullMQ** adds a job with the key as its id; Redis has \`appendfsync always\`. There is no ledger, no balance and no sequence,
  and no row that its owner could see: it is shown for what a queue alone does, and no verdict is made of it. \`life\`, where its books are
  kept in the same Redis, judges it.
- **pg-boss** sends a job in a drizzle transaction that writes the key with a fingerprint, the debit, and the balance with the owner's sequence.
- The **template**'s way has no key, no ledger and no sequence, and no transaction: it reads the balance, inserts the row and updates the
  balance.

Three rounds, each with new processes and a new database; medians are shown.`,
  async run(size) {
    const duration = durations[size];
    const generator = await measureGenerator(duration);
    const results = await compare(contendersFor(duration), { rounds: size === "full" ? 3 : 1 });
    return toFindings(results, { generator, isPinned: canPin() });
  },
};
