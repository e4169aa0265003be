import { serveHost } from "./serve-host.ts";
import { submitRoute } from "./submit-route.ts";

/** Keeps only a count, so that no host can be faster with the same server, router and schema. */
serveHost(() => {
  let submits = 0;
  const route = submitRoute(() => {
    submits += 1;
    return { balance: 0, sequence: submits };
  });
  return { fetch: route.fetch, readTotals: () => ({ submits, balances: null, faults: [] }) };
});
