import { expect, it } from "vitest";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { WriteHealth } from "./write-health.js";

function healthOf(tryWrite: (bytes: number) => Promise<unknown>) {
  const clock = { now: 0 };
  return { clock, health: new WriteHealth({ tryWrite, now: () => clock.now }) };
}

it("tries a write for each call until the first one has ended", async () => {
  const trials: { readonly accept: () => void; readonly refuse: (error: Error) => void }[] = [];
  const { health } = healthOf(() => new Promise<void>((accept, refuse) => trials.push({ accept, refuse })));
  const [first, second] = [health.check(), health.check()];
  expect(trials).toHaveLength(2);
  trials[1]?.refuse(new StoreUnavailable("refused"));
  await expect(second).rejects.toThrow("refused");
  trials[0]?.accept();
  await first;
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
