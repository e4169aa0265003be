import { expect, it } from "vitest";
import { z } from "zod";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { generationOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";

const reason = "a face of a known person";

/** A server whose host withholds the outputs with these indexes. `events` receives the bodies of its webhook and hooks. */
async function serverThatWithholds(withheld: readonly number[], options: { readonly exposeFlags?: boolean } = {}) {
  const events: string[] = [];
  const outputs = [tinyPng(1), tinyPng(2)].map((bytes) => ({ bytes, contentType: "image/png", flags: ["nsfw"] }));
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs }] });
  const server = await testServer({
    ...options,
    models: { flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 }) },
    hooks: {
      checkOutput: ({ index }) => (withheld.includes(index) ? { withhold: true, reason } : undefined),
      onCompleted: (event) => void events.push(JSON.stringify(event)),
      onFailed: (event) => void events.push(JSON.stringify(event)),
    },
    webhook: {
      url: "https://app.example/hook",
      secret: `whsec_${"a".repeat(32)}`,
      fetch: async (_url, init) => {
        events.push(String(init?.body));
        return new Response();
      },
    },
  });
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  await server.safelight.worker.tick();
  return { ...server, ada, events, id };
}

it.each([
  ["one", [1], "completed"],
  ["each", [0, 1], "failed"],
] as const)("sends no route, event or webhook the reason of %s withheld output", async (_name, indexes, status) => {
  const { ada, events, id, logs, safelight, store } = await serverThatWithholds(indexes);
  const stream = await ada.get("/events");
  const reader = stream.body?.getReader();
  const frame = new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  const paths = [
    `/${id}`,
    `/${id}?include=attempts,timeline`,
    "",
    "/active",
    "/changes?after=0",
    "/credits",
    "/models",
  ];
  const bodies = await Promise.all(paths.map(async (path) => (await ada.get(path)).text()));
  const notices = await (await ada.post("/notices/claim", { claim: "tab" })).text();
  const listed = JSON.stringify(await safelight.api.get({ ownerId: "ada" }, id, { include: ["attempts"] }));
  expect(bodies[0]).toContain(`"status":"${status}"`);
  // The hook, and the webhooks of the end and of the refund.
  expect(events).toHaveLength(3);
  expect(frame).toContain("data:");
  for (const text of [...bodies, ...events, notices, listed, frame]) {
    expect(text).not.toContain(reason);
    expect(text).not.toContain("missing");
    expect(text).not.toContain("nsfw");
    if (status === "completed") expect(text).not.toContain("content_");
  }
  // The host has it.
  const [attempt] = (await store.getDetail({ id }))?.attempts ?? [];
  const first = { code: "content_blocked", message: `checkOutput: ${reason}` };
  const missing = indexes.map((index) => ({ index, ...first }));
  expect(attempt?.failure).toEqual({ ...first, causedBy: "checkOutput", missing });
  expect(JSON.stringify(logs)).toContain(reason);
});

it("shows operators which output was withheld, and the reason after a reveal of the vendor's details", async () => {
  const { id, safelight } = await serverThatWithholds([1]);
  const { html, json, post } = openAdmin(safelight);
  const path = `/generations/${id}`;
  const page = await html(path);
  expect(page).toContain("Output 1 missing: <b>content_blocked</b> <small>hidden</small>");
  expect(page).toContain("attempt 1: done, output 1 missing: content_blocked");
  const hidden = await json(path);
  expect(hidden.attempts).toMatchObject([
    { state: "done", failure: { code: "content_blocked", missing: [{ index: 1, code: "content_blocked" }] } },
  ]);
  for (const text of [page, JSON.stringify(hidden)]) expect(text).not.toContain(reason);
  const revealed = await (await post(`${path}/reveal_vendor_details`, { reason: "ticket 7" })).json();
  expect(revealed).toMatchObject({
    attempts: [{ failure: { missing: [{ index: 1, message: `checkOutput: ${reason}` }] } }],
  });
  const open = openAdmin(safelight, { reveal: "always" });
  expect(await open.html(path)).toContain(`Output 1 missing: <b>content_blocked</b> checkOutput: ${reason}`);
});

it("shows the vendor's safety flags to operators, and to the owner only with `exposeFlags`", async () => {
  const { ada, events, id, safelight } = await serverThatWithholds([1], { exposeFlags: true });
  const outputs = [{ index: 0, flags: ["nsfw"] }];
  expect(await generationOf(await ada.get(`/${id}`))).toMatchObject({ outputs });
  expect(JSON.parse(events[0] ?? "")).toMatchObject({ generation: { outputs } });
  const { html, json } = openAdmin(safelight);
  expect(await html(`/generations/${id}`)).toContain("<dt>Safety flags of the vendor, output 0</dt><dd>nsfw</dd>");
  expect(await json(`/generations/${id}`)).toMatchObject({ generation: { flags: outputs } });
});

it("refuses another value of `exposeFlags`", async () => {
  // As from JavaScript.
  const exposeFlags = "no" as unknown as boolean;
  await expect(serverThatWithholds([], { exposeFlags })).rejects.toThrow("exposeFlags must be true or false.");
});
