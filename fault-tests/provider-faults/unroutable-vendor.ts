import { libsqlFiles } from "../ground/proving-ground.js";
import type { ProofResult } from "../proof.js";
import { cellsFor, playCells } from "./play-cells.js";

// The entry of a process in a namespace without routes: the kernel refuses the vendor's requests at every step.
const cells = cellsFor([1]).filter(({ named }) => named.fault.type === "refuse");
const results: ProofResult[] = [];
for (const refusedAt of ["http://93.184.215.14", "http://[2606:4700::6810:84e5]"]) {
  results.push(await playCells(cells, { refusedAt, ground: libsqlFiles }));
}
console.log(
  JSON.stringify({
    runs: results.reduce((total, { runs }) => total + runs, 0),
    faults: results.reduce((total, { faults }) => total + faults, 0),
    violations: results.flatMap(({ violations }) => violations),
  }),
);
