import { expect, it } from "vitest";
import { fakeClock } from "../../testing/fakes/fake-clock.js";
import { createUploadSlots } from "./upload-slots.js";

const mib = 1_048_576;
const clock = fakeClock();
const create = (maxBytes: number) =>
  createUploadSlots({ clock, maxBytes, maxUploadBytes: 25 * mib, expireMs: 420_000 });

it("grants one upload to an owner although half of maxBytes is less", () => {
  const slots = create(30 * mib);
  slots.acquire({ ownerId: "ann", byteLength: 25 * mib });
  expect(() => slots.acquire({ ownerId: "bob", byteLength: 25 * mib })).toThrow("The server has too many");
});

it("releases a slot once", () => {
  const slots = create(50 * mib);
  const acquire = () => slots.acquire({ ownerId: "ann", byteLength: 25 * mib });
  const release = acquire();
  release();
  acquire();
  release();
  expect(acquire).toThrow("Too many concurrent uploads");
});

it("releases a slot whose request never ended when it expires", () => {
  const slots = create(50 * mib);
  const acquire = () => slots.acquire({ ownerId: "ann", byteLength: 25 * mib });
  acquire();
  clock.skip(419_999);
  expect(acquire).toThrow("Too many concurrent uploads");
  clock.skip(1);
  acquire();
});

it("reserves 64 KiB for a smaller body", () => {
  const slots = create(50 * mib);
  for (let owner = 0; owner < 800; owner += 1) slots.acquire({ ownerId: String(owner), byteLength: 0 });
  expect(() => slots.acquire({ ownerId: "ann", byteLength: 0 })).toThrow("The server has too many");
});
