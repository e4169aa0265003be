import type { ActiveResponse, SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, generationOf, problemOf, type TestCaller, testServer } from "../../../../testing/test-server.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

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

  it("is the same in processes with different secrets, as a rolling rotation has them", async () => {
    const [before, after] = ["a secret that is long enough, the old one", "a secret that is long enough, the new one"];
    const server = await testServer({ secret: before });
    const other = await testServer({ secret: after, store: libsqlStore({ url: server.store.identity }) });
    const [old, rotated] = [server.as("ann"), other.as("ann")];
    const { id } = await old.submit();
    const { generation } = await bodyOf<SubmitResponse>(await rotated.get(`/${id}`));
    const { ownerTag, sequence, timeline } = await bodyOf<ActiveResponse>(await old.get("/active"));
    const tags = [generation.ownerTag, await tagOf(rotated)];
    for (const path of ["", "/credits"])
      tags.push((await bodyOf<{ ownerTag: string }>(await rotated.get(path))).ownerTag);
    expect(tags).toEqual(tags.map(() => ownerTag));
    const position = `after=${sequence}&owner=${ownerTag}&timeline=${timeline}`;
    await old.submit();
    expect(await bodyOf(await rotated.get(`/active?${position}`))).toMatchObject({ ownerTag, resync: false });
    expect((await rotated.post("", body, { "safelight-owner-tag": ownerTag })).status).toBe(202);
  });
});
