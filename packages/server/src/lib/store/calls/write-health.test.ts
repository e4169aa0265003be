import { expect, it } from "vitest";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { WriteHealth } from "./write-health.js";

function healthOf(tryWrite: (bytes: number) => Promise<unknown>) {
  const clock = { now: 0 };
  return { clock, health: new WriteHealth({ tryWrite, now: () => clock.now }) };
}

it("is not ready before the first trial has ended", async () => {
  let end = (): void => {};
  const { health } = healthOf(() => new Promise<void>((resolve) => (end = resolve)));
  const first = health.check();
  await expect(health.check()).rejects.toThrow("The first write to the database has not ended yet.");
  end();
  await first;
  await health.check();
});

it("is ready during a later trial, since the last write was accepted", async () => {
  let end = (): void => {};
  const { clock, health } = healthOf(() => new Promise<void>((resolve) => (end = resolve)));
  const first = health.check();
  end();
  await first;
  clock.now = 61_000;
  const second = health.check();
  await health.check();
  end();
  await second;
});

it.each([new StoreUnavailable("refused"), new TypeError("no right to update")])(
  "has the failure of the last trial for a second: %s",
  async (failure) => {
    let isBroken = true;
    const { clock, health } = healthOf(async () => {
      if (isBroken) throw failure;
    });
    await expect(health.check()).rejects.toBe(failure);
    await expect(health.check()).rejects.toBe(failure);
    isBroken = false;
    clock.now = 1_000;
    await health.check();
    await health.check();
  },
);
