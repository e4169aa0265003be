import { type Generation, headerNames } from "@safelight/client/contract";
import { createMockServer, type MockServer } from "@safelight/client/msw";
import { describe, expect, it } from "vitest";
import {
  aheadOfAll,
  initialGrant,
  input,
  limits,
  realSide,
  type Side,
} from "../../../testing/conformance/conformance-side.js";
import { quoteBodies } from "../../../testing/conformance/quote-bodies.js";
import { below, nameless } from "../../../testing/conformance/request-names.js";
import { eventShapes, responseShape, type Shape } from "../../../testing/conformance/response-shape.js";
import { tinyMp4, tinyWav } from "../../../testing/media/tiny-media.js";
import { tinyPng } from "../../../testing/tiny-png.js";

function mockedSide(): Side {
  const safelight: MockServer<string> = createMockServer({
    models: {
      flux: { credits: 4, input, outputs: (checked) => input.parse(checked).count },
      byCount: { credits: (checked) => input.parse(checked).count, input },
      old: { credits: 4, retired: true },
    },
    credits: initialGrant,
    limits,
    recognition: true,
  });
  return {
    request: (path, init) => safelight.fetch(new Request(`http://localhost/api/generations${path}`, init)),
    begin: async (id) => void safelight.progress(id, 0.4, { preview: true, etaMs: 60_000 }),
    complete: async (id, outputs) => void safelight.complete(id, { outputs }),
    reject: async (id) => void safelight.fail(id, "content_rejected"),
    confirmCancel: async (id) => void safelight.cancel(id),
    signOut: () => safelight.signOut(),
  };
}

/** Drives a side through the life of its generations; records each response. */
async function drive(side: Side): Promise<readonly (readonly [string, Shape])[]> {
  const notes: (readonly [string, Shape])[] = [];
  const note = async (text: string, response: Response): Promise<Response> => {
    notes.push([text, await responseShape(response.clone())]);
    return response;
  };
  const get = (path: string, headers: Record<string, string> = {}) =>
    side.request(path, { headers }).then((response) => note(`GET ${nameless(path)}`, response));
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    side
      .request(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      })
      .then((response) => note(nameless(`POST ${path} ${JSON.stringify(body)}`), response));
  const remove = (path: string) =>
    side.request(path, { method: "DELETE" }).then((response) => note(`DELETE ${nameless(path)}`, response));
  const submit = async (fields: object = {}, headers: Record<string, string> = {}): Promise<string> => {
    const response = await post("", { model: "flux", input: { prompt: "a lamp" }, ...fields }, headers);
    const { generation }: { generation: Generation } = await response.json();
    return generation.id;
  };
  const sequence = async (): Promise<number> => (await (await get("/active")).json()).sequence;

  // Before any generation.
  for (const path of ["/models", "/health", "/credits", "/active", "", "/quote"]) await get(path);
  for (const path of ["/nowhere", "/gen_01890000-0000-7000-8000-000000000000"]) await get(path);
  await note("HEAD /models", await side.request("/models", { method: "HEAD" }));
  await note("OPTIONS /active", await side.request("/active", { method: "OPTIONS" }));
  await note("DELETE /active", await side.request("/active", { method: "DELETE" }));

  // Refused requests.
  await post("", "no json");
  await post("", { model: "flux", input: { prompt: "x" } }, { "content-type": "text/plain" });
  await post("", { model: "none", input: {} });
  await post("", { model: "old", input: { prompt: "x" } });
  await post("", { model: "flux", input: { prompt: "" } });
  await post("", { model: "flux" });
  await post("", { model: "flux", input: { prompt: "x" }, scope: "s".repeat(129) });
  await post("", { model: "flux", input: { prompt: "x" }, metadata: 7 });
  await post("", { model: "flux", input: { prompt: "x" }, expectedCredits: 3 });
  for (const start of [{ notBefore: "tomorrow" }, { notBefore: "2999-01-15T08:00:00Z" }, { expiresAfterMs: 0 }]) {
    await post("", { model: "flux", input: { prompt: "x" }, ...start });
  }
  await post("", { model: "flux", input: { prompt: "x" } }, { [headerNames.idempotencyKey]: "k".repeat(256) });
  await post("", { model: "byCount", input: { prompt: "x", count: 100 } });
  for (const query of ["?limit=0", "?limit=x", "?status=none", "?cursor=none"]) await get(query);
  for (const path of ["/active?after=x", "/active?wait=-1", "/credits?cursor=none", "/events?after=x"]) await get(path);
  for (const path of ["/active?owner=ann", "/active?timeline=none", "/events?owner=ann"]) await get(path);
  await post("/seen", {});
  await post("/seen", { ids: Array.from({ length: 101 }, () => "gen_1") });
  await post("/notices/claim", { claim: "no spaces" });
  await post("/notices/confirm", { claim: "one" });

  // Images as inputs.
  const upload = async (body: BodyInit, type: string): Promise<Response> => {
    const init = { method: "POST", body, headers: { "content-type": type } };
    return note(`POST /inputs ${type}`, await side.request("/inputs", init));
  };
  for (const type of ["image/png", "application/octet-stream"]) await upload("not an image", type);
  for (const type of ["text/plain", "application/json"]) await upload(new Uint8Array(tinyPng(1)), type);
  await upload("", "image/png");
  const second = { width: 1, height: 1, durationMs: 1_000 };
  for (const [bytes, type] of [
    [tinyMp4(second), "video/mp4"],
    [tinyWav(second), "audio/wav"],
    [tinyMp4({ ...second, hasAudio: true, hasVideo: false, brand: "M4A " }), "audio/mp4"],
  ] as const) {
    const { url }: { url: string } = (await (await upload(bytes, type)).json()).input;
    await get(`${below(url)}&download=1`);
  }
  const png = { method: "POST", body: new Uint8Array(tinyPng(1)), headers: { "content-type": "image/png" } };
  await note("POST /recognize", await side.request("/recognize", png));
  const image: { id: string; url: string } = (await (await upload(new Uint8Array(tinyPng(1)), "image/png")).json())
    .input;
  for (const path of [below(image.url), `${below(image.url)}&download=1`, `/inputs/${image.id}`]) await get(path);
  const imageTag = (await get(`/inputs/${image.id}`)).headers.get("etag") ?? "";
  await get(`/inputs/${image.id}`, { "if-none-match": imageTag });
  for (const path of ["/inputs/cancel", "/inputs/inp_01890000-0000-7000-8000-000000000000", "/inputs"]) await get(path);
  await post("", { model: "flux", input: { prompt: "inp_01890000-0000-7000-8000-000000000000" } });
  const picked = await submit({ input: { prompt: image.id } });
  await post(`/${picked}/retry`, { input: { prompt: "inp_01890000-0000-7000-8000-000000000000" } });
  await post(`/${picked}/cancel`);
  await remove(`/${picked}`);

  for (const body of quoteBodies(image.id)) await post("/quote", body);
  // A generation that completes with one of its two outputs.
  const key = { [headerNames.idempotencyKey]: "first" };
  const fields = { input: { prompt: "a lamp", count: 2 }, scope: "poster", metadata: { order: 7 }, expectedCredits: 4 };
  const first = await submit(fields, key);
  await submit(fields, key);
  await post("", { model: "flux", input: { prompt: "another" } }, key);
  const etag = (await get(`/${first}`)).headers.get("etag") ?? "";
  await get(`/${first}`, { "if-none-match": etag });
  await remove(`/${first}`);
  await get(`/${first}/preview`);
  await side.begin(first);
  await get(`/${first}`, { "if-none-match": etag });
  const working: { generation: Generation } = await (await get(`/${first}`)).json();
  await get(below(working.generation.progress.previewUrl ?? ""));
  await get("/active?scope=poster");
  await get("/active?scope=other");
  const position = await sequence();
  await get(`/active?after=${position}`);
  const held = get(`/active?after=${position}&wait=25`);
  await side.complete(first, 1);
  await held;
  for (const query of [`after=${position}&owner=another`, `after=${position}&timeline=another`, aheadOfAll]) {
    await get(`/active?${query}`);
  }
  const { ownerTag, timeline } = await (await get("/active")).json();
  await get(`/active?after=${position}&owner=${ownerTag}&timeline=${timeline}`);
  const ended = (await (await get(`/${first}`)).json()).generation;
  const output = await get(below(ended.outputs[0].url));
  await get(`/${first}/outputs/0`, { "if-none-match": output.headers.get("etag") ?? "" });
  await get(`/${first}/outputs/0?download=1`);
  // The server chooses the bytes of the thumbnail.
  notes.push(["a thumbnail", (await side.request(below(ended.outputs[0].thumbnailUrl ?? ""))).status]);
  await get(`/${first}/outputs/1`);
  await get(`/${first}/preview`);

  // Notices.
  const claims = ["one", "one", "two"];
  for (const claim of claims) await post("/notices/claim", { claim });
  await post("/notices/confirm", { claim: "one", ids: [first] });
  await post("/notices/claim", { claim: "three" });

  // Several at once.
  const many = { model: "flux", inputs: [{ prompt: "a" }, { prompt: "b" }], scope: "many" };
  const manyKey = { [headerNames.idempotencyKey]: "many" };
  for (const inputs of [
    [],
    "none",
    Array.from({ length: 4 }, () => ({ prompt: "x" })),
    [{ prompt: "a" }, { prompt: "" }],
  ]) {
    await post("/many", { ...many, inputs });
  }
  await post("/many", { inputs: many.inputs });
  await post("/many", { ...many, expectedCredits: 4 });
  await post("/many", { ...many, inputs: [{ prompt: "inp_01890000-0000-7000-8000-000000000000" }] });
  await post("/many", {
    model: "byCount",
    inputs: [
      { prompt: "x", count: 30 },
      { prompt: "x", count: 30 },
    ],
  });
  const { groupId }: { groupId: string } = await (await post("/many", many, manyKey)).json();
  await post("/many", many, manyKey);
  await post("/many", { ...many, expectedCredits: 8 }, manyKey);
  await get(`?groupId=${groupId}`);
  await get(`?groupId=${groupId}&limit=1`);
  for (const query of [
    `groupId=${groupId}&status=failed`,
    "groupId=none",
    "groupId=grp_01890000-0000-7000-8000-000000000000",
  ]) {
    await get(`?${query}`);
  }
  await post(`/groups/${groupId}/cancel`);
  await post(`/groups/${groupId}/cancel`);
  for (const id of ["none", "grp_01890000-0000-7000-8000-000000000000"]) await post(`/groups/${id}/cancel`);

  // Other ends.
  const rejected = await submit();
  await side.begin(rejected);
  await side.reject(rejected);
  await get(`/${rejected}`);
  await post("/notices/claim", { claim: "four" });
  const withdrawn = await submit({ notBefore: "2020-01-15T08:00:00+02:00", expiresAfterMs: 60_000 });
  await post(`/${withdrawn}/cancel`);
  await post(`/${withdrawn}/cancel`);
  const stopped = await submit();
  await side.begin(stopped);
  await post(`/${stopped}/cancel`);
  await post(`/${stopped}/cancel`);
  await side.confirmCancel(stopped);
  await get(`/${stopped}`);
  // Ends that the client already has, and none since.
  await post("/notices/claim", { claim: "four" });
  await post(`/${stopped}/retry`, { input: { prompt: "two lamps" } }, { [headerNames.idempotencyKey]: "again" });
  await post(`/${stopped}/retry`, { input: { prompt: "two lamps" } }, { [headerNames.idempotencyKey]: "again" });
  await post(`/${stopped}/retry`);
  await post(`/${stopped}/retry`, { input: 7 });
  for (const expectedCredits of [3, -1]) await post(`/${stopped}/retry`, { expectedCredits });
  await post("/gen_01890000-0000-7000-8000-000000000000/retry");
  await post("/gen_01890000-0000-7000-8000-000000000000/cancel");

  // Lists.
  await get("/active");
  const page: { nextCursor: string } = await (await get("?limit=2")).json();
  await get(`?limit=2&cursor=${page.nextCursor}`);
  for (const status of ["pending", "completed", "failed", "canceled"]) await get(`?status=${status}&model=flux`);
  await get("?scope=poster");
  const money: { nextCursor: string } = await (await get("/credits?limit=3")).json();
  await get(`/credits?limit=100&cursor=${money.nextCursor}`);

  // Seen and deleted, as the changes report it.
  const before = await sequence();
  await post("/seen", { ids: [first, "gen_none"] });
  await post("/seen", { ids: [first] });
  await remove(`/${rejected}`);
  await remove(`/${rejected}`);
  await get(`/${rejected}`);
  await get(`/active?after=${before}`);
  const events = [
    `?after=${before}`,
    `?after=${before}&owner=${ownerTag}&timeline=${timeline}`,
    `?after=${before}&owner=another`,
    `?after=${before}&timeline=another`,
    `?${aheadOfAll}`,
    "",
  ];
  for (const [index, query] of events.entries()) {
    notes.push([`events ${index}`, await eventShapes(await side.request(`/events${query}`), 2)]);
  }

  // Limits.
  await submit();
  await post("/quote", { model: "flux", input: { prompt: "x" } });
  await post("", { model: "flux", input: { prompt: "x" } });
  for (const path of [`/${stopped}/retry`, `/${first}/retry`]) await post(path);

  side.signOut();
  for (const path of ["/active", "", "/credits", `/${first}`, `/${first}/outputs/0`, "/events", "/models"]) {
    await get(path);
  }
  await get(below(ended.outputs[0].url));
  for (const path of ["/seen", "/quote"]) await post(path, { ids: [] });
  return notes;
}

describe("the mocked server for tests of hosts", () => {
  it("returns the same responses as the real server", async () => {
    const [real, mocked] = [await drive(await realSide()), await drive(mockedSide())];
    const differs = (index: number) => JSON.stringify(mocked[index]) !== JSON.stringify(real[index]);
    const different = [...real.keys()].filter(differs);
    expect(different.map((index) => mocked[index])).toEqual(different.map((index) => real[index]));
    expect(mocked).toHaveLength(real.length);
    expect(real.length).toBeGreaterThan(100);
  });
});
