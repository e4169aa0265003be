import type { ActiveResponse, HistoryResponse } from "@safelight/client/contract";
import { expect, it } from "vitest";
import { EventListener } from "../../../testing/event-listener.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";

const dayMs = 86_400_000;

it("deletes expired generations like their owner would, and publishes the deletion", async () => {
  const server = await testServer({ retention: { generationsMs: dayMs } });
  const ann = server.as("ann");
  const headers = { "idempotency-key": "a key of a page" };
  const body = { model: "flux", input: { prompt: "a red bicycle" } };
  const { sequence } = await ann.finish((await ann.submit()).id);
  await ann.post("", body, headers);
  const { generations } = await bodyOf<HistoryResponse>(await ann.get(""));
  for (const { id } of generations) await ann.finish(id);
  const output = `/${generations[0]?.id}/outputs/0`;
  expect((await ann.get(output)).status).toBe(200);
  const { sequence: before } = await bodyOf<ActiveResponse>(await ann.get("/active"));
  server.clock.skip(dayMs);
  const listener = new EventListener(await ann.get(`/events?after=${before}`));
  await listener.snapshot();
  await server.safelight.worker.tick();

  const received = await listener.next();
  await listener.cancel();
  const deleted = generations.toReversed().map(({ id }, at) => ({ id, sequence: before + 1 + at }));
  expect(received).toEqual({ sequence: before + 2, changed: [], deleted });
  const active = await bodyOf<ActiveResponse>(await ann.get(`/active?after=${sequence}&wait=1`));
  expect(active).toMatchObject({ unseen: [], unseenCount: 0, changed: [], deleted });

  expect((await bodyOf<HistoryResponse>(await ann.get(""))).generations).toEqual([]);
  expect((await ann.get(output)).status).toBe(404);
  expect((await problemOf(await ann.post("", body, headers))).code).toBe("not_found");
  expect((await bodyOf<{ balance: number }>(await ann.get("/credits"))).balance).toBe(92);
  expect(await server.safelight.audit()).toEqual([]);
});
