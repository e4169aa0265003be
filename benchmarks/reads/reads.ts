import type { Benchmark } from "../frame/benchmark.ts";
import { findReads } from "./find-reads.ts";

/** Whether reads stay as quick as they are while the tables grow. */
export const reads: Benchmark = {
  name: "reads",
  title: "Reads while the tables grow",
  method: `Each database is filled before anything is measured: 210 generations are made through the API, and all others are copies of
them in SQL, with attempts, outputs, keys that are still remembered, owners, accounts and books that add up, spread over 30 days.
One heavy owner has a fifth of all, at most 100,000; everybody else has 20. Up to 5,000 are in progress, and the answers
are equally long in every size. No statistics are made (\`ANALYZE\`), as no host makes them. A host without a worker answers over
one connection, one question after the other. Caches are warm: the host was asked before, and the system has in memory what fits.
Statuses are drawn from the whole file; first pages are of a hundred ordinary owners who come again and again (at 1,000 generations
there are 31, and it is all of them). Whoever comes for the first time in long (\`first page of anybody\`) has their generations all
over the file, some 60 pages of it. That has a verdict of its own where the file fits into the memory of the machine; where it does not,
it would be one on the disk, and nothing is told. Medians are to stay within twice those of the first size up to a million generations,
and within three times beyond. \`deep page\` begins in the middle of the heavy owner's history. Submits come from 500 more owners, of whom nothing is read, so that no answer grows from
round to round; they are synced to disk. Claims are measured in the process, one generation each. Three rounds on the same databases,
each with a new process; medians are shown.`,
  run: (size) =>
    findReads(
      size === "full"
        ? { sizes: [1_000, 100_000, 1_000_000], rounds: 3, times: 500 }
        : { sizes: [1_000, 5_000], rounds: 1, times: 30 },
    ),
};
