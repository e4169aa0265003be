import { expect, it } from "vitest";
import { lazySpool } from "./lazy-spool.js";

it("selects the spool again after a failed selection, and then no more", async () => {
  let selections = 0;
  const spool = lazySpool({
    get isOnWorkers() {
      selections += 1;
      if (selections === 1) throw new Error("too many open files");
      return true;
    },
  });
  await expect(spool.load?.()).rejects.toThrow("too many open files");
  await spool.load?.();
  await spool.load?.();
  expect(selections).toBe(2);
});
