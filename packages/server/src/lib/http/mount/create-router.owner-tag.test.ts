import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, generationOf, problemOf, type TestCaller, testServer } from "../../../../testing/test-server.js";

const body = { model: "flux", input: { prompt: "a red bicycle" } };

async function tagOf(caller: TestCaller): Promise<string> {
  return (await bodyOf<{ ownerTag: string }>(await caller.get("/active"))).ownerTag;
}

async function balanceOf(caller: TestCaller): Promise<number> {
  return (await bodyOf<{ balance: number }>(await caller.get("/credits"))).balance;
}

describe("Safelight-Owner-Tag", () => {
  it("accepts a submit with the owner's tag and refuses it for another owner, who would pay", async () => {
    const server = await testServer();
    const [ann, bob] = [server.as("ann"), server.as("bob")];
    const headers = { "safelight-owner-tag": await tagOf(ann), "idempotency-key": "of the click" };
    const refused = await bob.post("", body, headers);
    expect([refused.status, await problemOf(refused)]).toMatchObject([
      401,
      { code: "unauthenticated", detail: "Another owner is signed in now." },
    ]);
    expect(await balanceOf(bob)).toBe(100);
    const accepted = await ann.post("", body, headers);
    expect(accepted.status).toBe(202);
    expect(await generationOf(accepted)).toMatchObject({ ownerTag: headers["safelight-owner-tag"] });
  });

  it("applies to a retry, too", async () => {
    const server = await testServer();
    const [ann, bob] = [server.as("ann"), server.as("bob")];
    const { generation } = await bodyOf<SubmitResponse>(await ann.post("", body));
    await ann.finish(generation.id);
    const retry = async (tag: string) =>
      (await ann.post(`/${generation.id}/retry`, {}, { "safelight-owner-tag": tag })).status;
    expect(await retry(await tagOf(bob))).toBe(401);
    expect(await retry(await tagOf(ann))).toBe(202);
  });

  it("stays valid after a secret rotation", async () => {
    const [before, after] = ["a secret that is long enough, the old one", "a secret that is long enough, the new one"];
    const old = await tagOf((await testServer({ secret: before })).as("ann"));
    const ann = (await testServer({ secret: [after, before] })).as("ann");
    expect(await tagOf(ann)).not.toBe(old);
    expect((await ann.post("", body, { "safelight-owner-tag": old })).status).toBe(202);
    const forgotten = (await testServer({ secret: after })).as("ann");
    expect((await forgotten.post("", body, { "safelight-owner-tag": old })).status).toBe(401);
  });
});
