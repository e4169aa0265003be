import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import type { AdminOperator, AdminOptions } from "./admin-options.js";
import { createAdmin } from "./create-admin.js";

const origin = "https://app.example";
const grace: AdminOperator = { actor: "grace", may: "everything" };

/** A server with a completed generation. */
async function completed() {
  const server = await testServer({ publicUrl: origin });
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit({ prompt: "a secret cat" }, { metadata: { note: "hidden" } })).id);
  const send = async (options: Partial<AdminOptions>, operator = grace, path = "", accept = "application/json") => {
    const admin = createAdmin(server.safelight, { authorize: () => operator, ...options });
    return admin.handler(
      new Request(`${origin}/admin/safelight/generations/${id}${path}`, {
        headers: { origin, accept, "content-type": "application/json" },
        ...(path !== "" && { method: "POST", body: JSON.stringify({ reason: "ticket 7" }) }),
      }),
    );
  };
  return { server, id, send };
}

describe("the content of an owner", () => {
  it.each(["read", ["cancel"]] as const)(
    'is hidden from an operator who may "%s", also with reveal "always"',
    async (may) => {
      const { send } = await completed();
      for (const accept of ["application/json", "text/html"]) {
        const response = await send({ reveal: "always" }, { actor: "bob", may }, "", accept);
        expect([response.status, await response.text()]).toEqual([200, expect.not.stringMatching(/secret|hidden"/)]);
      }
    },
  );

  it('is shown to an operator with the permission, with reveal "always"', async () => {
    const { send } = await completed();
    for (const may of ["everything", ["reveal"]] as const) {
      const operator = { actor: "bob", may };
      expect(await (await send({ reveal: "always" }, operator)).json()).toMatchObject({
        content: { input: { prompt: "a secret cat" } },
      });
      expect(await (await send({ reveal: "always" }, operator, "", "text/html")).text()).toContain("a secret cat");
    }
  });

  it("has URLs of the images in JSON, and nothing of the storage", async () => {
    const { id, send, server } = await completed();
    const hidden = await (await send({})).json();
    const revealed = await (await send({}, grace, "/reveal")).json();
    const { storagePrefix } = (await server.store.getDetail({ id }))?.generation ?? {};
    expect(hidden).toMatchObject({ generation: { id, outputs: 1 }, content: null });
    expect(revealed).toMatchObject({
      generation: hidden.generation,
      content: { input: { prompt: "a secret cat" }, metadata: { note: "hidden" } },
    });
    for (const body of [hidden, revealed, await (await send({ reveal: "always" })).json()]) {
      expect(JSON.stringify(body)).not.toContain(storagePrefix);
      expect(JSON.stringify(body)).not.toMatch(/storageKey|sha256|"preview"/);
    }
    const { thumbnailUrl, url } = revealed.content.outputs[0];
    for (const path of [url, thumbnailUrl]) {
      expect(path).toMatch(/^https:\/\/app\.example\//);
      const image = await server.safelight.handler(new Request(path));
      expect([image.status, image.headers.get("content-type")]).toEqual([200, expect.stringMatching(/^image\//)]);
    }
  });

  it("is empty after its deletion", async () => {
    const { id, send, server } = await completed();
    await server.as("ada").delete(`/${id}`);
    expect(await (await send({}, grace, "/reveal")).json()).toMatchObject({
      generation: { outputs: 0 },
      content: { input: null, metadata: null, outputs: [] },
    });
    expect(await (await send({ reveal: "always" }, grace, "", "text/html")).text()).toContain(
      "The content was deleted.",
    );
  });
});
