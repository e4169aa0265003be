import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";

const ann = { ownerId: "ann" };

describe("safelight.api.adjustCredits", () => {
  it("adds and takes credits once per key, and takes no more than the balance", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const taken = { accountId: "ann", amount: -30, key: "ticket 1", reason: "given twice" };
    expect(await api.adjustCredits(taken)).toEqual({ balance: 70, moved: -30 });
    expect(await api.adjustCredits(taken)).toEqual({ balance: 70, moved: -30 });
    expect(await api.adjustCredits({ accountId: "ann", amount: 5, key: "ticket 2" })).toEqual({
      balance: 75,
      moved: 5,
    });
    await expect(api.adjustCredits({ ...taken, amount: -76, key: "ticket 3" })).rejects.toMatchObject({
      code: "insufficient_credits",
      extensions: { required: 76, available: 75 },
    });
    await expect(api.grantCredits({ ...taken, amount: 30 })).rejects.toMatchObject({ code: "idempotency_mismatch" });
    for (const amount of [0, 0.5, Number.NaN]) {
      await expect(api.adjustCredits({ ...taken, amount, key: "x" })).rejects.toMatchObject({ code: "invalid_input" });
    }
    expect(await api.credits(ann)).toMatchObject({
      balance: 75,
      entries: [{ kind: "adjustment", amount: 5 }, { kind: "adjustment", amount: -30, reason: "given twice" }, {}],
    });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("takes at most the balance, and nothing later under the same key", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const chargeBack = { accountId: "ann", amount: -500, key: "dispute 1", atMost: true };
    expect(await api.adjustCredits(chargeBack)).toEqual({ balance: 0, moved: -100 });
    const second = { ...chargeBack, key: "dispute 2" };
    expect(await api.adjustCredits(second)).toEqual({ balance: 0, moved: 0 });
    await api.grantCredits({ accountId: "ann", amount: 40, key: "order" });
    expect(await api.adjustCredits(chargeBack)).toEqual({ balance: 40, moved: -100 });
    expect(await api.adjustCredits(second)).toEqual({ balance: 40, moved: 0 });
    await expect(api.adjustCredits({ ...chargeBack, amount: -99 })).rejects.toMatchObject({
      code: "idempotency_mismatch",
    });
    await expect(api.adjustCredits({ ...second, atMost: false })).rejects.toMatchObject({
      code: "idempotency_mismatch",
    });
    for (const amount of [5, "-5" as unknown as number]) {
      await expect(api.adjustCredits({ ...chargeBack, amount, key: "x" })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
    expect(await server.safelight.audit()).toEqual([]);
  });
});
