import { describe, expect, it, vi } from "vitest";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import type { ClaimedGeneration } from "../../generation/generation-record.js";
import type { SettleOutcome } from "../../ports/store/store-commands.js";
import { createAdmin } from "../create-admin.js";

const base = "http://localhost/admin/safelight";
const reason = "ticket 7";

type Server = TestServer<typeof testModels>;

function actOn(server: Server, fields: Record<string, string> = {}) {
  const admin = createAdmin(server.safelight, { authorize: () => ({ actor: "grace", may: "everything" }) });
  return (path: string) =>
    admin.handler(
      new Request(base + path, {
        method: "POST",
        body: new URLSearchParams({ reason, ...fields }),
        headers: { origin: "http://localhost", accept: "application/json" },
      }),
    );
}

/** Runs a step once, between the page's read of a generation and its command. */
function afterRead(server: Server, step: () => Promise<unknown>): void {
  const { getDetail } = server.store;
  let isDone = false;
  vi.spyOn(server.store, "getDetail").mockImplementation(async (query) => {
    const detail = await getDetail(query);
    if (!isDone) {
      isDone = true;
      await step();
    }
    return detail;
  });
}

/** A generation of Ada's that a worker holds, in the state `running` or `storing`. */
async function held(server: Server, state: "running" | "storing"): Promise<ClaimedGeneration> {
  const scenario = new Scenario(server.store);
  const claim = async () =>
    (await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: scenario.token() }))[0];
  await server.as("ada").submit();
  const first = await claim();
  if (first === undefined) throw new Error("Nothing was due.");
  await scenario.intent(first, "attempt");
  await scenario.operation(first, "attempt");
  server.clock.skip(1_000);
  const second = await claim();
  if (second === undefined) throw new Error("Nothing was due.");
  if (state === "storing") await scenario.result(second, "attempt", [output()]);
  return second;
}

const failed = { type: "failed", code: "internal" } as const;
const completed = { type: "completed", outputs: [output()] } as const;

type Step = (server: Server, claim: ClaimedGeneration) => Promise<unknown>;

const settleAs = (outcome: SettleOutcome): Step => {
  return (server, claim) => new Scenario(server.store).settle(claim, outcome);
};
const parkIn = (to: "running" | "reconciling"): Step => {
  return (server, claim) => new Scenario(server.store).park(claim, { to });
};
/** A worker parks the generation, and another one claims it. */
const parkAndClaim: Step = async (server, claim) => {
  await parkIn("running")(server, claim);
  server.clock.skip(2_000);
  await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: "another worker" });
};
const ownerCancel: Step = (server, { generation: { id } }) => server.store.requestCancel({ ownerId: "ada", id });
const erase: Step = (server) => server.safelight.api.deleteOwner({ ownerId: "ada" });
const byOperator = (action: string, fields?: Record<string, string>): Step => {
  return (server, { generation: { id } }) => actOn(server, fields)(`/generations/${id}/${action}`);
};

const steps: Readonly<Record<string, Step>> = {
  "a settle as failed": settleAs(failed),
  "a settle as canceled": settleAs({ type: "canceled" }),
  "a park": parkIn("running"),
  "a park to reconcile": parkIn("reconciling"),
  "a park and another claim": parkAndClaim,
  "the owner's cancel": ownerCancel,
  "an erasure of the owner": erase,
  "another operator's cancel": byOperator("cancel"),
  "another operator's end": byOperator("end"),
  "another operator's retry now": byOperator("wake"),
};

/** The books are exact, the generation was refunded at most once, and each applied action has one record. */
async function expectOneEffect(server: Server, id: string): Promise<void> {
  expect(await server.safelight.audit()).toEqual([]);
  const detail = await server.store.getDetail({ id });
  expect(detail?.entries.filter(({ kind }) => kind === "debit")).toHaveLength(1);
  expect(detail?.entries.filter(({ kind }) => kind === "refund" || kind === "capture").length).toBeLessThanOrEqual(1);
  for (const action of ["cancel", "end", "refund"]) {
    const applied = detail?.actions.filter((record) => record.action === action && record.outcome === "applied");
    expect(applied?.length).toBeLessThanOrEqual(1);
  }
}

describe.each(["cancel", "end", "wake"])("%s of a claimed generation", (action) => {
  it.each(Object.entries(steps))("after its read meets %s: one outcome", async (_, step) => {
    const server = await testServer();
    const claim = await held(server, "running");
    const { id } = claim.generation;
    afterRead(server, () => step(server, claim));
    const { status } = await actOn(server)(`/generations/${id}/${action}`);
    expect([200, 409]).toContain(status);
    await expectOneEffect(server, id);
    const detail = await server.store.getDetail({ id });
    const applied = detail?.actions.filter(({ outcome, action: name }) => outcome === "applied" && name === action);
    expect(applied?.length).toBeGreaterThanOrEqual(status === 200 ? 1 : 0);
  });
});

describe("end of a claimed generation", () => {
  it("is applied although another worker claims it in between", async () => {
    const server = await testServer();
    const claim = await held(server, "running");
    const { id } = claim.generation;
    afterRead(server, () => parkAndClaim(server, claim));
    expect((await actOn(server)(`/generations/${id}/end`)).status).toBe(200);
    expect((await server.store.getDetail({ id }))?.generation).toMatchObject({ state: "failed", refundedCredits: 4 });
    expect(await new Scenario(server.store).settle(claim, failed)).toEqual({ type: "lost" });
    await expectOneEffect(server, id);
  });

  it("is refused when its result arrives in between: it is paid", async () => {
    const server = await testServer();
    const claim = await held(server, "running");
    const { id } = claim.generation;
    afterRead(server, () => new Scenario(server.store).result(claim, "attempt", [output()]));
    expect((await actOn(server)(`/generations/${id}/end`)).status).toBe(409);
    expect(await new Scenario(server.store).settle(claim, completed)).toMatchObject({ type: "applied" });
    await expectOneEffect(server, id);
  });
});

describe("movements of credits", () => {
  const completedOf = async (server: Server): Promise<ClaimedGeneration> => {
    const claim = await held(server, "storing");
    await new Scenario(server.store).settle(claim, completed);
    return claim;
  };
  const balanceOf = async (server: Server) =>
    (await server.store.listCredits({ accountId: "ada", limit: 1, before: null })).balance;

  it("refund once when two operators refund the same generation", async () => {
    const server = await testServer();
    const claim = await completedOf(server);
    const { id } = claim.generation;
    afterRead(server, () => byOperator("refund", { credits: "2" })(server, claim));
    expect((await actOn(server, { credits: "3" })(`/generations/${id}/refund`)).status).toBe(409);
    expect(await balanceOf(server)).toBe(98);
    await expectOneEffect(server, id);
  });

  it("refund once, also when a hundred later actions hide the first refund", async () => {
    const server = await testServer();
    const { generation } = await completedOf(server);
    const { id } = generation;
    const refund = () => actOn(server, { credits: "1" })(`/generations/${id}/refund`);
    expect((await refund()).status).toBe(200);
    const reveal = { actor: "grace", action: "reveal", subject: id, reason } as const;
    for (let reveals = 0; reveals < 100; reveals += 1) await server.store.recordOperatorAction(reveal);
    await server.safelight.api.deleteOwner({ ownerId: "ada" });
    expect((await refund()).status).toBe(409);
    await expectOneEffect(server, id);
  });

  it("do not bring back an owner that is deleted after the read", async () => {
    const server = await testServer();
    const claim = await completedOf(server);
    const { id } = claim.generation;
    afterRead(server, () => erase(server, claim));
    expect((await actOn(server, { credits: "1" })(`/generations/${id}/refund`)).status).toBe(409);
    expect(await balanceOf(server)).toBeNull();

    await server.as("bob").submit();
    const { listCredits } = server.store;
    vi.spyOn(server.store, "listCredits").mockImplementationOnce(async (query) => {
      const credits = await listCredits(query);
      await server.safelight.api.deleteOwner({ ownerId: "bob" });
      return credits;
    });
    const fields = { id: "bob", amount: "5", key: "form-1234" };
    expect((await actOn(server, fields)("/accounts/adjust")).status).toBe(409);
    expect((await listCredits({ accountId: "bob", limit: 1, before: null })).balance).toBeNull();
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("of an adjustment cannot use up the refund of a generation", async () => {
    const server = await testServer();
    const { generation } = await completedOf(server);
    const fields = { id: "ada", amount: "1", key: generation.id };
    expect((await actOn(server, fields)("/accounts/adjust")).status).toBe(200);
    expect((await actOn(server, { credits: "4" })(`/generations/${generation.id}/refund`)).status).toBe(200);
    await expectOneEffect(server, generation.id);
  });

  it("are made once for a form that is sent many times at once", async () => {
    const server = await testServer();
    await completedOf(server);
    const fields = { id: "ada", amount: "5", key: "form-1234" };
    const sent = await Promise.all(Array.from({ length: 8 }, () => actOn(server, fields)("/accounts/adjust")));
    expect(sent.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await balanceOf(server)).toBe(101);
    expect(await server.safelight.audit()).toEqual([]);
  });
});
