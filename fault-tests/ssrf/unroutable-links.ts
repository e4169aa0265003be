import { isIP } from "node:net";
import { guardedCopier } from "../../packages/server/src/lib/copier/guarded-copier.js";
import { errorLine } from "../../packages/server/src/lib/ports/error-text.js";

// The entry of a process in a namespace without routes: copies links to unreachable addresses.
const v6 = ["2606:4700::6810:84e5", "2001:4860:4860::8888"];
const v4 = ["93.184.215.14", "1.1.1.1"];
const answers = [v6.slice(0, 1), v6, v4.slice(0, 1), v4, [...v6, ...v4], [...v4, ...v6]];

const violations: string[] = [];
for (const addresses of answers) {
  const copier = guardedCopier({
    resolve: async () => addresses.map((address) => ({ address, family: isIP(address) })),
    headersMs: 30_000,
  });
  const request = { url: "https://media.example/a.png", hosts: ["media.example"], maxBytes: 100 };
  const outcome = await copier
    .copy({ ...request, signal: AbortSignal.timeout(60_000) })
    .then(({ type }) => type, errorLine);
  if (!/failed: .*E[A-Z]{4,}/.test(outcome)) violations.push(`${addresses.join(", ")}: ${outcome}`);
}
console.log(JSON.stringify({ runs: answers.length, violations }));
