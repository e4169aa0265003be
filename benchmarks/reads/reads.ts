import type { Benchmark } from "../frame/benchmark.ts";
import { findReads } from "./find-reads.ts";

/** Whether reads stay fast while the tables grow. */
export const reads: Benchmark = {
  name: "reads",
  title: "Reads while the tables grow",
  method: `Each database is filled before the measurement: 210 generations are made through the API, and all others are copies of
them in SQL, with attempts, outputs, unexpired keys, owners, accounts and a consistent ledger, spread over 30 days.
One heavy owner has a fifth of all, at most 100,000; every other owner has 20. Up to 5,000 are active, scheduled for the next day, and responses
have the same length in every size. Statistics are not analyzed (\`ANALYZE\`), since hosts do not. A host without a worker responds over
one connection, one request after the other. Caches are warm: the host has handled requests, and the system has cached as much of the
file as fits.
Statuses are drawn from the whole file. First pages are those of a hundred ordinary owners who return repeatedly (at 1,000 generations
all 31 owners). The generations of an owner without recent requests (\`first page of any owner\`) are spread over
about 60 pages of the file. That row has its own verdict if the file fits into memory; otherwise
it would measure the disk, and has no verdict. Up to a million generations, medians must stay within 2 × those of the first size,
and beyond within 3 ×. \`deep page\` begins in the middle of the heavy owner's history. Submits come from 500 further owners whose
generations are not read, so that no response grows from round to round; they are synced to disk. Claims are measured in the process,
one generation each. The pages of the operator are requested as HTML; an overview must take at most 300 ms, and a list at most 100 ms.
Three rounds on the same databases, each with a new process; the table shows medians.`,
  run: (size) =>
    findReads(
      size === "full"
        ? { sizes: [1_000, 100_000, 1_000_000], rounds: 3, times: 500 }
        : { sizes: [1_000, 5_000], rounds: 1, times: 30 },
    ),
};

/** The name and the method of the benchmark on copies in Postgres. */
export const onPostgresText = {
  name: "postgres-reads",
  title: "Reads while the tables grow, on Postgres",
  method: `The same databases and requests as for the files, moved to Postgres with \`safelight copy\`. The host has one connection through
a socket of TCP. Commits wait for the disk. Postgres has 512 MB of shared buffers, and the system has cached as much of the tables as
fits. \`safelight copy\` counts the rows for the planner, as the autovacuum of Postgres does.`,
};
