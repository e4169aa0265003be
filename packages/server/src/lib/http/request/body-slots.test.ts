import { expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createBodySlots } from "./body-slots.js";

const mib = 1_048_576;
const clock = fakeClock();
const create = (maxBytes: number) =>
  createBodySlots({
    clock,
    noun: "uploads",
    maxBytes,
    maxBodyBytes: 25 * mib,
    overheadBytes: 65_536,
    expireMs: 420_000,
  });

it("grants one body to an owner although half of maxBytes is less", () => {
  const slots = create(30 * mib);
  slots.acquire({ ownerId: "ann", byteLength: 25 * mib }).grow(25 * mib);
  expect(() => slots.acquire({ ownerId: "bob", byteLength: 25 * mib })).toThrow("The server has too many uploads");
});

it("reserves the received bytes and a window, not the Content-Length", () => {
  const slots = create(52 * mib);
  const ann = slots.acquire({ ownerId: "ann", byteLength: 25 * mib });
  ann.grow(mib);
  // A growth of 1 MiB and a window leaves room for 24 MiB; a growth of 24 MiB does not leave room for 2 MiB.
  const bob = slots.acquire({ ownerId: "ann", byteLength: 24 * mib });
  ann.grow(23 * mib);
  expect(() => bob.grow(2 * mib)).toThrow("Too many concurrent uploads");
});

it("refuses a growth beyond the bytes of all owners", () => {
  const slots = create(50 * mib);
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((ownerId) => slots.acquire({ ownerId, byteLength: mib }));
  ann?.grow(24 * mib);
  bob?.grow(24 * mib);
  expect(() => eve?.grow(2 * mib)).toThrow("The server has too many uploads");
  ann?.release();
  eve?.grow(2 * mib);
});

it("releases a slot and its growth once", () => {
  const slots = create(50 * mib);
  const acquire = () => {
    const slot = slots.acquire({ ownerId: "ann", byteLength: 25 * mib });
    slot.grow(25 * mib);
    return slot;
  };
  const slot = acquire();
  slot.release();
  acquire();
  slot.release();
  expect(acquire).toThrow("Too many concurrent uploads");
});

it("releases a slot whose request never ended when it expires", () => {
  const slots = create(50 * mib);
  const acquire = () => slots.acquire({ ownerId: "ann", byteLength: 25 * mib }).grow(25 * mib);
  acquire();
  clock.skip(419_999);
  expect(acquire).toThrow("Too many concurrent uploads");
  clock.skip(1);
  acquire();
});

it("reserves the window for a smaller body", () => {
  const slots = create(50 * mib);
  for (let owner = 0; owner < 800; owner += 1) slots.acquire({ ownerId: String(owner), byteLength: 0 });
  expect(() => slots.acquire({ ownerId: "ann", byteLength: 0 })).toThrow("The server has too many uploads");
});
