import { expect, it } from "vitest";
import { startPostgres } from "../../../test/start-postgres.js";
import { EventListener } from "../../../testing/event-listener.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { testServer } from "../../../testing/test-server.js";
import type { PostgresClient } from "../store/postgres/client/postgres-client.js";
import { postgresStore } from "../store/postgres/postgres-store.js";

const server = startPostgres();

it("reads only the rows of changed owners after hints of all owners were lost", async () => {
  const pool = (await server()).openPool();
  let statements = 0;
  const client: PostgresClient = {
    query: (text, values) => {
      statements += 1;
      return pool.query(text, values);
    },
  };
  let loseHints = (): void => {};
  const eventBus = {
    hint: () => {},
    onHint: () => () => {},
    onLostHints: (listener: () => void) => {
      loseHints = listener;
      return () => {};
    },
  };
  // Only lost hints start a check.
  const store = postgresStore({ client, pollMs: 3_600_000 });
  const { clock, as } = await testServer({ store, eventBus });
  const listeners: EventListener[] = [];
  for (let owner = 0; owner < 50; owner += 1) {
    const listener = new EventListener(await as(`owner-${owner}`).get("/events"));
    await listener.snapshot();
    await listener.credits();
    listeners.push(listener);
  }
  const changes = listeners.map(async (listener) => {
    let frame = await listener.next();
    while (frame === "heartbeat") frame = await listener.next();
    return frame;
  });
  await new Scenario(postgresStore({ client: pool })).accepted({ ownerId: "owner-7", model: "flux" });
  const before = statements;
  loseHints();
  loseHints();
  await clock.advance(1_500);
  expect(await changes[7]).toMatchObject({ changed: [{ model: "flux" }] });
  // The sequences of all owners; the changes, the balance and the place in the queue of one; and what concerns no owner: the
  // gates, the models that wait, and the durations of earlier runs. Nothing for each of the other 49.
  expect(statements - before).toBeLessThanOrEqual(10);
  for (const listener of listeners) await listener.cancel();
});
