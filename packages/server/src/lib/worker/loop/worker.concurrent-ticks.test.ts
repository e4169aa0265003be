import { expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

it("advances at most `concurrency` generations at once in concurrent ticks", async () => {
  const gate = heldCall<SubmitOutcome>();
  let [inFlight, maxInFlight] = [0, 0];
  const provider = scriptedProvider({
    submit: [
      async (request) => {
        inFlight += 1;
        maxInFlight = Math.max(maxInFlight, inFlight);
        return gate.line(request);
      },
    ],
  });
  await bench({ provider, worker: { concurrency: 2 } }, async (given) => {
    for (let count = 0; count < 4; count += 1) await given.submit();
    const response = heldCall<null>();
    let isFirst = true;
    // The response of the first claim is slow.
    const claim: Store["claim"] = async (command) => {
      const claims = await given.store.claim(command);
      if (isFirst) {
        isFirst = false;
        await response.run();
      }
      return claims;
    };
    const worker = given.addWorker({ store: { ...given.store, claim } });
    const first = worker.tick();
    await response.called;
    const second = worker.tick();
    await given.clock.advance(0);
    response.resolve(null);
    await gate.called;
    await given.clock.advance(0);
    gate.resolve(accepted());
    await Promise.all([first, second]);
    expect(maxInFlight).toBe(2);
  })();
});
