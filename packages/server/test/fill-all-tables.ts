import type { Store } from "../src/lib/ports/store/store.js";
import { output, Scenario } from "../testing/store-contract/scenario.js";

/** Writes rows of every kind into every table, a minute ago. */
export async function fillAllTables(open: (now: () => number) => Store): Promise<void> {
  let time = Date.now() - 60_000;
  const advance = (milliseconds: number) => {
    time += milliseconds;
  };
  const store = open(() => time);
  await store.migrate();
  await store.readSecret("a secret of the host");
  const scenario = new Scenario(store);
  const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 3_600_000 };
  await scenario.accepted({ idempotencyKey, scope: "board", metadata: { note: "a \u0000 and a \ud800" } });
  await scenario.completed(advance);
  const thumbnail = { storageKey: "prefix/0-thumb", contentType: "image/webp", byteLength: 10, width: 8, height: 8 };
  const storing = await scenario.storing(advance, { ownerId: "bob" });
  await scenario.settle(storing, { type: "completed", outputs: [output({ thumbnail, placeholder: "data:," })] });
  const { id } = await scenario.running();
  await store.recordWebhook({ generationId: id, attempt: 1, deliveryId: "delivery-1", operationHint: { job: 2 } });
  await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "deadline_exceeded" });
  await scenario.running({ ownerId: "bob", model: "demo" });
  await store.closeGate({ key: "fal", forMs: 60_000 });
  await store.addTimings([{ model: "demo", providerId: "p", size: 1, bucket: 40, count: 2 }]);
  await store.recordInput({
    id: "inp_00000000-0000-7000-8000-000000000001",
    ownerId: "bob",
    storageKey: "image-1/0-abc",
    contentType: "image/png",
    byteLength: 100,
    sha256: "abc",
    width: 512,
    height: 256,
    durationMs: null,
    rate: null,
  });
  await scenario.buy("eve", 9_007_199_254_740_991);
  const canceled = await scenario.accepted({ ownerId: "eve", credits: 1 });
  await store.requestCancel({ ownerId: "eve", id: canceled });
  for (let count = 1; ; count += 1) {
    const command = { ownerId: "eve", pseudonym: `deleted_${count}`, limit: 10, ownerMarks: ["mark of eve"] };
    if ((await store.eraseOwner(command)).isErased) break;
    if (count === 10) throw new Error("The owner was not erased.");
  }
  await store.remove({ ownerId: "ada", id: await scenario.completed(advance) });
  const woken = await scenario.accepted({ ownerId: "zoe" });
  const action = { actor: "grace", action: "wake", subject: woken, reason: "a \u00e9" } as const;
  await store.startBulk({ action: { ...action, subject: "*" }, key: "bulk_1", ids: [woken] });
  await store.wakeByOperator({ action, id: woken, bulk: "bulk_1" });
  await store.close();
}
