import { expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { StorageCheck } from "./storage-check.js";

it("logs an outage and its end once, over the requests of a worker", async () => {
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  let isDown = true;
  const memory = { storageRefusesWrites: false };
  const acceptsWrites = () =>
    new StorageCheck({
      clock: fakeClock(),
      logger: { debug: log, info: log, warn: log, error: log },
      memory,
      storage: memoryStorage(),
      checkStorage: async () => {
        if (isDown) throw new Error("read-only file system");
      },
    }).acceptsWrites();

  expect([await acceptsWrites(), await acceptsWrites()]).toEqual([false, false]);
  isDown = false;
  expect([await acceptsWrites(), await acceptsWrites()]).toEqual([true, true]);
  expect(lines).toEqual([
    "The storage refuses writes: generations wait, and no paid request is sent.",
    "The storage accepts writes again.",
  ]);
});
