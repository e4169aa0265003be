import { expect, it } from "vitest";
import { openAdminPage } from "../../../testing/admin/open-admin-page.js";
import { testServer } from "../../../testing/test-server.js";

const upload = (file: Blob | string) => {
  const form = new FormData();
  form.set("file", file);
  return form;
};

/** A completed output, and a page for an operator who may read. */
async function open() {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const [found] = (await server.store.getDetail({ id }))?.generation.outputs ?? [];
  if (found === undefined) throw new Error("The output is missing.");
  const stored = await server.storage.get(found.storageKey);
  if (stored === null) throw new Error("The file is missing.");
  const file = new Blob([await new Response(stored.body).arrayBuffer()]);
  return { ...openAdminPage(server, { actor: "bob", may: "read" }), file, id, sha256: found.sha256 };
}

it("finds the generation of a file by its hash, in any case, and explains an empty result", async () => {
  const { get, id, json, sha256 } = await open();
  const outputs = [{ generationId: id, index: 0, ownerId: "ada", model: "flux" }];
  expect(await json(`/files?sha256=%20${sha256.toUpperCase()}`)).toMatchObject({ sha256, outputs });
  const page = await (await get(`/files?sha256=${sha256}`)).text();
  expect(page).toContain(`/generations/${id}`);
  expect(page).toContain("owner%3Aada");
  expect(await (await get(`/files?sha256=${"0".repeat(64)}`)).text()).toContain("No output is this file");
  expect(await (await get("/files")).text()).not.toContain("No output is this file");
  for (const malformed of ["x", sha256.slice(1), `${sha256}0`, "g".repeat(64)]) {
    expect((await get(`/files?sha256=${malformed}`)).status).toBe(400);
  }
});

it("hashes an uploaded file without JavaScript, and refuses a missing, an empty and a large one", async () => {
  const { file, post, sha256 } = await open();
  const response = await post("/files", upload(file));
  expect([response.status, response.headers.get("location")]).toEqual([303, `/admin/safelight/files?sha256=${sha256}`]);
  for (const body of [new FormData(), upload(new Blob([])), upload("text")]) {
    expect((await post("/files", body)).status).toBe(400);
  }
  expect((await post("/files", upload(new Blob([new Uint8Array(33 * 1_048_576)])))).status).toBe(413);
  expect((await post("/files", upload(file), { origin: "https://evil.example" })).status).toBe(403);
});
