import { expect, it } from "vitest";
import { z } from "zod";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const secret = "a secret cat";
const reason = "ticket 7";

/** A generation whose vendor quotes the prompt in its handle and in its error. */
async function quotedPrompt() {
  const provider = scriptedProvider<{ readonly prompt: string }>({
    submit: [({ input }) => ({ type: "accepted", operation: { url: `https://vendor.example/${input.prompt}` } })],
    poll: [{ type: "failed", failure: { code: "content_blocked", message: `The prompt "${secret}" is refused.` } }],
  });
  const server = await testServer({
    models: { flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
  });
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit({ prompt: secret })).id);
  return { id, server, safelight: server.safelight, path: `/generations/${id}` };
}

it("hides nothing, and offers no reveal, if the vendor sent an empty message", async () => {
  const { id, path, server } = await quotedPrompt();
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const failure = { code: "provider_error", message: "" } as const;
  const attempts = detail.attempts.map((attempt) => ({ ...attempt, operation: null, failure }));
  server.store.getDetail = async () => ({ ...detail, attempts });
  const page = await openAdmin(server.safelight).html(path);
  expect(page).toContain("<b>provider_error</b>");
  expect(page).not.toContain("<small>hidden</small>");
  expect(page).not.toContain("/reveal_vendor_details");
});

it("offers a reveal if only a later missing output has a message", async () => {
  const { id, path, server } = await quotedPrompt();
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const first = { code: "content_blocked", message: "" } as const;
  const missing = [
    { index: 0, ...first },
    { index: 1, ...first, message: secret },
  ];
  const attempts = detail.attempts.map((attempt) => ({ ...attempt, operation: null, failure: { ...first, missing } }));
  server.store.getDetail = async () => ({ ...detail, attempts });
  const page = await openAdmin(server.safelight).html(path);
  expect(page).toContain("Output 1 missing: <b>content_blocked</b> <small>hidden</small>");
  expect(page).toContain("/reveal_vendor_details");
});

it("hides a column of the store that no list names", async () => {
  const { id, path, server } = await quotedPrompt();
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  server.store.getDetail = async () => Object.assign({ prompt: secret }, detail);
  expect(JSON.stringify(await openAdmin(server.safelight).json(path))).not.toContain(secret);
});

it.each(["logged", "never"] as const)(
  "hides the vendor's handle and message, and shows its code, with reveal %j",
  async (reveal) => {
    const { path, safelight } = await quotedPrompt();
    const { html, json } = openAdmin(safelight, { reveal });
    const detail = await json(path);
    expect(JSON.stringify(detail)).not.toContain(secret);
    expect(detail.attempts).toMatchObject([{ number: 1, state: "failed", failure: { code: "content_blocked" } }]);
    const page = await html(path);
    expect(page).not.toContain("secret");
    expect(page).toContain("<b>content_blocked</b>");
  },
);

it("shows the vendor's handle and message, and not the content, after a reveal of the errors, which is recorded", async () => {
  const { path, safelight } = await quotedPrompt();
  const { admin, json, post } = openAdmin(safelight);
  const response = await (await post(`${path}/reveal_vendor_details`, { reason })).json();
  expect(response).toMatchObject({
    content: null,
    attempts: [{ failure: { message: expect.stringContaining(secret) } }],
  });
  const form = { method: "POST", body: new URLSearchParams({ reason }), headers: { origin: "http://localhost" } };
  const page = await (
    await admin.handler(new Request(`http://localhost/admin/safelight${path}/reveal_vendor_details`, form))
  ).text();
  expect(page).toContain("is refused.");
  expect(page).not.toContain('"prompt"');
  expect((await json("/actions?action=reveal_vendor_details&actor=grace&owner=ada")).actions).toHaveLength(2);
  expect(
    (await openAdmin(safelight, { reveal: "never" }).post(`${path}/reveal_vendor_details`, { reason })).status,
  ).toBe(403);
  const may = async (...permissions: readonly ("reveal" | "reveal_vendor_details" | "cancel")[]) => {
    const bob = openAdmin(safelight, { authorize: () => ({ actor: "bob", may: permissions }) });
    return [
      (await bob.post(`${path}/reveal_vendor_details`, { reason })).status,
      (await bob.post(`${path}/reveal`, { reason })).status,
    ];
  };
  expect(await may("reveal")).toEqual([200, 200]);
  expect(await may("reveal_vendor_details")).toEqual([200, 403]);
  expect(await may("cancel")).toEqual([403, 403]);
});

it("shows the vendor's handle and message after a reveal, and with reveal always", async () => {
  const { path, safelight } = await quotedPrompt();
  const { admin, post } = openAdmin(safelight);
  const operation = JSON.stringify({ url: `https://vendor.example/${secret}` });
  const failure = { code: "content_blocked", message: `The prompt "${secret}" is refused.` };
  expect(await (await post(`${path}/reveal`, { reason })).json()).toMatchObject({ attempts: [{ operation, failure }] });
  const form = { method: "POST", body: new URLSearchParams({ reason }), headers: { origin: "http://localhost" } };
  const page = await admin.handler(new Request(`http://localhost/admin/safelight${path}/reveal`, form));
  expect(await page.text()).toContain("https://vendor.example/a secret cat");
  const open = openAdmin(safelight, { reveal: "always" });
  expect(await open.json(path)).toMatchObject({ attempts: [{ operation, failure }] });
  expect(await open.html(path)).toContain("is refused.");
});
