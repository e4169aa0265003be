import { describe, expect, it, vi } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { type LogLine, testServer } from "../../../../testing/test-server.js";
import type { SafelightOptions } from "../../compose/options.js";
import type { Models } from "../../model/define-model.js";
import type { EndEvent } from "../../service/hooks.js";

const reason = "ticket 7";

/** A server with a completed generation of Ada's, and its operator page. */
async function open(options: Partial<SafelightOptions<Models>> = {}) {
  const server = await testServer(options as object);
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit({ prompt: "a mill" })).id);
  const page = openAdmin(server.safelight);
  const act = (name: string, fields: Record<string, string> = {}) =>
    page.post(`/generations/${id}/${name}`, { reason, ...fields });
  const balance = async () => (await server.store.listCredits({ accountId: "ada", limit: 1, before: null })).balance;
  return { ...server, ...page, act, ada, balance, id };
}

describe("a retry for the owner", () => {
  it("submits the input once for each form, charged or free, past the owner's limits", async () => {
    const beforeSubmit = vi.fn(() => ({ code: "forbidden" }) as const);
    const { act, ada, balance, html, id, safelight, store } = await open({
      limits: { rate: { requests: 1, perMs: 1e9 } },
    });
    const charged = { charge: "owner", key: "form-0001" };
    const sent = await Promise.all([act("retry", charged), act("retry", charged)]);
    const [record, other] = await Promise.all(sent.map((response) => response.json()));
    expect(other).toEqual(record);
    expect(record).toMatchObject({ action: "retry", outcome: "applied", subject: id, before: { balance: 96 } });
    expect(await balance()).toBe(92);
    const free = await (await act("retry", { charge: "free", key: "form-0002" })).json();
    expect(await balance()).toBe(92);
    expect(await ada.finish(free.after.retry)).toMatchObject({ status: "completed", credits: 0, retryOf: id });
    expect(await ada.finish(record.after.retry)).toMatchObject({ input: { prompt: "a mill" }, retryOf: id });
    expect(await html(`/generations/${id}`)).toContain(`/generations/${free.after.retry}`);
    expect((await store.getDetail({ id }))?.actions).toHaveLength(2);
    expect(await safelight.audit()).toEqual([]);
    expect(beforeSubmit).not.toHaveBeenCalled();
  });

  it("is refused without a payer or a key, without the credits, and without the content", async () => {
    const { act, ada, id, safelight, store } = await open({ credits: { initialGrant: 4 } });
    expect((await act("retry", { charge: "", key: "form-0001" })).status).toBe(400);
    expect((await act("retry", { charge: "free", key: "short" })).status).toBe(400);
    expect((await act("retry", { charge: "owner", key: "form-0001" })).status).toBe(409);
    const { id: active } = (await (await act("retry", { charge: "free", key: "form-0002" })).json()).after;
    await ada.delete(`/${id}`);
    expect((await act("retry", { charge: "free", key: "form-0003" })).status).toBe(409);
    await safelight.api.deleteOwner({ ownerId: "ada" });
    expect((await act("retry", { charge: "free", key: "form-0004" })).status).toBe(409);
    expect(active).toBeUndefined();
    expect(await store.audit()).toEqual([]);
  });

  it("names the reason for which the model refuses the input by now, and logs no failure of the page", async () => {
    const { act, id, logs, safelight, store } = await open();
    const { getDetail } = store;
    vi.spyOn(store, "getDetail").mockImplementation(async (query) => {
      const detail = await getDetail(query);
      return detail && { ...detail, generation: { ...detail.generation, input: { prompt: "" } } };
    });
    const response = await act("retry", { charge: "free", key: "form-0001" });
    expect([response.status, (await response.json()).error]).toEqual([
      409,
      expect.stringContaining("does not accept this input"),
    ]);
    expect(logs.filter(({ level }: LogLine) => level === "error")).toEqual([]);
    expect((await getDetail({ id }))?.actions).toEqual([]);
    expect(await safelight.audit()).toEqual([]);
  });
});

describe("a deletion of the content", () => {
  it("deletes the input and the files once, as the owner's", async () => {
    const { act, ada, html, id, json, safelight, store } = await open();
    const [output] = (await store.getDetail({ id }))?.generation.outputs ?? [];
    expect((await act("delete")).status).toBe(200);
    expect((await act("delete")).status).toBe(409);
    expect((await ada.get(`/${id}`)).status).toBe(404);
    expect(await html(`/generations/${id}`)).toContain("The content was deleted");
    expect(await json(`/files?sha256=${output?.sha256}`)).toMatchObject({
      outputs: [{ generationId: id, deletedAt: expect.any(Number) }],
    });
    expect(await html(`/files?sha256=${output?.sha256}`)).toContain("deleted on <time");
    expect(await safelight.audit()).toEqual([]);
  });
});

describe("an announcement", () => {
  const hooked = async () => {
    const events: EndEvent[] = [];
    let isDown = false;
    const onCompleted = async (event: EndEvent) => {
      if (isDown) throw new Error("the mail server is down");
      events.push(event);
    };
    const setDown = (value: boolean) => {
      isDown = value;
    };
    const opened = await open({ hooks: { onCompleted } });
    await opened.safelight.worker.tick();
    return { ...opened, events, setDown };
  };

  it("is sent again with the same key, and not without a target", async () => {
    const { act, events, safelight } = await hooked();
    expect((await act("announce")).status).toBe(200);
    await safelight.worker.tick();
    expect(events.map(({ key }) => key)).toEqual([events[0]?.key, events[0]?.key]);
    const plain = await open();
    expect((await plain.act("announce")).status).toBe(409);
    expect(await plain.html(`/generations/${plain.id}`)).not.toContain("Announce again");
  });

  it("that fails is listed with its error, delivered now, or dropped", async () => {
    const { act, events, html, id, json, post, safelight, setDown } = await hooked();
    expect(await html("/deliveries")).toContain("Nothing waits");
    setDown(true);
    await act("announce");
    await safelight.worker.tick();
    const { deliveries } = await json("/deliveries");
    expect(deliveries).toMatchObject([{ generationId: id, target: "hook", event: "ended", tries: 1 }]);
    expect(deliveries[0].error).toBe("Error: the mail server is down");
    expect(await html("/deliveries")).toContain("the mail server is down");
    const change = (name: string) => post(`/deliveries/${deliveries[0].id}/${name}`, { reason });
    // Not due yet: the retry waits.
    setDown(false);
    await safelight.worker.tick();
    expect(events).toHaveLength(1);
    expect(await (await change("deliver")).json()).toMatchObject({ subject: id, outcome: "applied" });
    await safelight.worker.tick();
    expect(events).toHaveLength(2);
    expect((await change("drop")).status).toBe(409);

    setDown(true);
    await act("announce");
    await safelight.worker.tick();
    const [waiting] = (await json("/deliveries")).deliveries;
    expect((await post(`/deliveries/${waiting.id}/drop`, { reason: "x" })).status).toBe(400);
    expect((await post(`/deliveries/${waiting.id}/drop`, { reason })).status).toBe(200);
    expect((await json("/deliveries")).deliveries).toEqual([]);
    expect((await post("/deliveries/x/drop", { reason })).status).toBe(404);
    expect(await safelight.audit()).toEqual([]);
  });
});
