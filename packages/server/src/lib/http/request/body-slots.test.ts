import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { createBodySlots } from "./body-slots.js";

const mib = 1_048_576;
const clock = fakeClock();
const create = (maxBytes: number, maxSmallBodyBytes?: number) =>
  createBodySlots({
    clock,
    random: () => 0,
    noun: "uploads",
    maxBytes,
    maxBodyBytes: 25 * mib,
    ...(maxSmallBodyBytes !== undefined && { maxSmallBodyBytes }),
    overheadBytes: 65_536,
    expireMs: 420_000,
  });

it("grants one body to an owner although half of maxBytes is less", () => {
  const slots = create(30 * mib);
  slots.acquire({ ownerId: "ann", declaredBytes: 25 * mib }).grow(25 * mib);
  expect(() => slots.acquire({ ownerId: "bob", declaredBytes: 25 * mib })).toThrow("The server has too many uploads");
});

it("reserves only the received bytes and the overhead without reserveForMs", () => {
  const slots = create(52 * mib);
  const ann = slots.acquire({ ownerId: "ann", declaredBytes: 25 * mib });
  ann.grow(mib);
  // With 1 MiB received, there is room for 24 MiB. With 24 MiB received, there is none for 2 MiB.
  const bob = slots.acquire({ ownerId: "ann", declaredBytes: 24 * mib });
  ann.grow(23 * mib);
  expect(() => bob.grow(2 * mib)).toThrow("Too many concurrent uploads");
});

it("refuses a growth beyond the bytes of all owners", () => {
  const slots = create(50 * mib);
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((ownerId) => slots.acquire({ ownerId, declaredBytes: mib }));
  ann?.grow(24 * mib);
  bob?.grow(24 * mib);
  expect(() => eve?.grow(2 * mib)).toThrow("The server has too many uploads");
  ann?.release();
  eve?.grow(2 * mib);
});

it("releases a slot and its growth once", () => {
  const slots = create(50 * mib);
  const acquire = () => {
    const slot = slots.acquire({ ownerId: "ann", declaredBytes: 25 * mib });
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
  const acquire = () => slots.acquire({ ownerId: "ann", declaredBytes: 25 * mib }).grow(25 * mib);
  acquire();
  clock.skip(419_999);
  expect(acquire).toThrow("Too many concurrent uploads");
  clock.skip(1);
  acquire();
});

it("reserves the overhead for an empty body", () => {
  const slots = create(50 * mib);
  for (let owner = 0; owner < 800; owner += 1) slots.acquire({ ownerId: String(owner), declaredBytes: 0 });
  expect(() => slots.acquire({ ownerId: "ann", declaredBytes: 0 })).toThrow("The server has too many uploads");
});

describe("a body with reserveForMs", () => {
  const acquire = (slots: ReturnType<typeof create>, ownerId: string, byteLength = 20 * mib) =>
    slots.acquire({ ownerId, declaredBytes: byteLength, reserveForMs: 300_000 });
  const start = (...args: Parameters<typeof acquire>) => {
    const slot = acquire(...args);
    slot.grow(mib);
    return slot;
  };

  it("reserves its overhead at first, then 16 times its received bytes up to a MiB", () => {
    const slots = create(22 * mib);
    const heads = Array.from({ length: 16 }, (_, owner) => acquire(slots, String(owner)));
    // 16 heads hold 1 MiB, so there is room for the 20 MiB of another body.
    acquire(slots, "eve").release();
    heads[0]?.grow(mib / 16 - 1);
    heads[1]?.grow(mib / 8);
    // Two of the bodies hold their first MiB now, and 14 their overhead.
    acquire(slots, "eve", 18 * mib).release();
    expect(() => acquire(slots, "eve", 19 * mib)).toThrow("The server has too many uploads");
    heads[1]?.release();
    acquire(slots, "eve", 19 * mib);
  });

  it("reserves its whole length when its first MiB has arrived", () => {
    const slots = create(50 * mib);
    const [first, second, third, fourth] = Array.from({ length: 9 }, (_, owner) => acquire(slots, String(owner)));
    for (const slot of [first, second]) slot?.grow(mib);
    expect(() => third?.grow(mib)).toThrow("The server has too many uploads");
    for (let sent = 1; sent < 20; sent += 1) first?.grow(mib);
    first?.release();
    fourth?.grow(mib);
    second?.grow(19 * mib);
    fourth?.grow(19 * mib);
  });

  it("keeps its first MiB for two seconds without a further byte", () => {
    const slots = create(22 * mib);
    for (const ownerId of ["ann", "bob"]) acquire(slots, ownerId).grow(mib / 16);
    clock.skip(1_999);
    expect(() => acquire(slots, "eve")).toThrow("The server has too many uploads");
    clock.skip(1);
    acquire(slots, "eve");
  });

  it("is not refused once its length is reserved; one that does not fit then is refused before it is read", () => {
    const slots = create(50 * mib);
    const accepted = ["ann", "bob"].map((ownerId) => start(slots, ownerId));
    expect(() => acquire(slots, "eve")).toThrow("The server has too many uploads");
    expect(() => acquire(slots, "ann")).toThrow("Too many concurrent uploads");
    // Chunked bodies take the rest.
    slots.acquire({ ownerId: "sue", declaredBytes: 0 }).grow(9 * mib);
    for (const slot of accepted) for (let sent = 1; sent < 20; sent += 1) slot.grow(mib);
    accepted[0]?.release();
    acquire(slots, "eve");
  });

  it("keeps only its received bytes when it is too slow to arrive in time and others need the room", () => {
    const slots = create(50 * mib);
    const [slow, inTime] = [start(slots, "ann"), start(slots, "bob")];
    inTime.grow(mib);
    // 20 MiB in 300 s are 1 MiB in 15 s.
    clock.skip(15_000);
    expect(() => acquire(slots, "eve")).toThrow("The server has too many uploads");
    clock.skip(1);
    start(slots, "eve");
    expect(() => acquire(slots, "sue")).toThrow("The server has too many uploads");
    inTime.grow(18 * mib);
    expect(() => slow.grow(10 * mib)).toThrow("The server has too many uploads");
  });
});

describe("bodies above maxSmallBodyBytes", () => {
  const small = 5 * mib;
  const hold = (slots: ReturnType<typeof create>, ownerId: string, byteLength: number) => {
    const slot = slots.acquire({ ownerId, declaredBytes: byteLength, reserveForMs: 300_000 });
    slot.grow(mib);
    return slot;
  };

  it("leave a fifth of maxBytes to small ones, which may use all of it", () => {
    const slots = create(60 * mib, small);
    const large = ["ann", "bob"].map((ownerId) => hold(slots, ownerId, 23.5 * mib));
    // 47.125 of 48 MiB.
    expect(() => hold(slots, "eve", small + 1)).toThrow("The server has too many uploads");
    for (const ownerId of ["eve", "sue"]) hold(slots, ownerId, small);
    expect(() => hold(slots, "joe", small)).toThrow("The server has too many uploads");
    for (const slot of large) slot.release();
    for (const ownerId of ["eve", "sue", "joe"]) for (let count = 0; count < 3; count += 1) hold(slots, ownerId, small);
  });

  it("leave room for one small one if that is more than a fifth", () => {
    const slots = create(40 * mib, 10 * mib);
    hold(slots, "ann", 20 * mib);
    expect(() => hold(slots, "bob", 10.5 * mib)).toThrow("The server has too many uploads");
    for (const ownerId of ["bob", "eve"]) hold(slots, ownerId, 9.5 * mib);
  });

  it("fit at the max size without any other, whatever is left to small ones", () => {
    hold(create(25 * mib, small), "ann", 25 * mib);
  });

  it("include one without a length as soon as it has received more", () => {
    const slots = create(60 * mib, small);
    for (const ownerId of ["ann", "bob"]) hold(slots, ownerId, 23 * mib);
    const chunked = slots.acquire({ ownerId: "eve", declaredBytes: small });
    chunked.grow(small - 65_536);
    expect(() => chunked.grow(65_537)).toThrow("The server has too many uploads");
  });
});

it("releases a refused body at once, so that others can use its bytes", () => {
  const slots = create(50 * mib);
  const bodies = ["ann", "bob", "eve"].map((ownerId) => slots.acquire({ ownerId, declaredBytes: mib }));
  const grown = bodies.map((slot) => () => slot.grow(16 * mib));
  for (const grow of grown) grow();
  const outcomes = grown.map((grow) => {
    try {
      grow();
      return "goes on";
    } catch {
      return "is refused";
    }
  });
  expect(outcomes).toEqual(["is refused", "goes on", "goes on"]);
});

it("spreads the retries of refused bodies over 5 to 15 seconds", () => {
  const retries = [0, 0.5].map((random) => {
    const options = { clock, noun: "uploads", maxBytes: mib, maxBodyBytes: mib, overheadBytes: 1, expireMs: 1_000 };
    const slots = createBodySlots({ ...options, random: () => random });
    slots.acquire({ ownerId: "ann", declaredBytes: mib, reserveForMs: 1_000 });
    try {
      slots.acquire({ ownerId: "bob", declaredBytes: mib });
    } catch (error) {
      return ServiceError.isInstance(error) ? error.retryAfterMs : null;
    }
    return null;
  });
  expect(retries).toEqual([5_000, 10_000]);
});
