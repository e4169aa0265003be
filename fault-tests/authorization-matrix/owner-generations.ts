import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../packages/server/src/lib/api/api.js";
import { sha256Hex } from "../../packages/server/src/lib/bytes/sha256-hex.js";
import type { Storage } from "../../packages/server/src/lib/ports/storage.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { putBytes } from "../../packages/server/testing/put-bytes.js";
import { output, Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { madeFile } from "./public-recognition.js";

/** Generations and uploads of Ada, with the URLs that others try. */
export interface OwnedResources {
  /** Ids by state. */
  readonly ids: Readonly<Record<string, string>>;
  /** The query of a signed URL for one of Eve's own files. */
  readonly foreign: string;
  /** The query for one of Ada's files, with one character changed. */
  readonly forged: string;
  /** The query for another file of Ada's. */
  readonly other: string;
}

/** Creates a generation of Ada's in every state, and a completed one of Eve's. */
export async function ownerGenerations(
  api: Api<ModelMap>,
  { store, storage, advance }: { readonly store: Store; readonly storage: Storage; readonly advance: () => void },
): Promise<OwnedResources> {
  await store.migrate();
  const scenario = new Scenario(store);
  const small = { contentType: "image/png", byteLength: tinyPng().byteLength, width: 1, height: 1 };
  const thumbnail = { storageKey: "prefix/0-thumb-abc", ...small };
  const outputs = [
    output({ thumbnail, sha256: await sha256Hex(madeFile) }),
    output({ index: 1, storageKey: "prefix/1-abc.png" }),
  ];
  const preview = { storageKey: "prefix/preview", contentType: "image/png" };
  for (const { storageKey } of [...outputs, thumbnail, preview]) {
    await putBytes(storage, storageKey, tinyPng());
  }

  const running = async (ownerId = "ada") => {
    const job = await scenario.running({ ownerId, requestedOutputs: 2 });
    advance();
    return { ...job, claim: await scenario.claimOne(job.id) };
  };
  const completed = async (ownerId: string) => {
    const { id, attemptToken, claim } = await running(ownerId);
    await scenario.result(claim, attemptToken);
    await scenario.settle(claim, { type: "completed", outputs });
    return id;
  };
  const ended = async (type: "failed" | "canceled") => {
    const { id, claim } = await running();
    await scenario.settle(claim, type === "failed" ? { type, code: "internal" } : { type });
    return id;
  };

  const ids = {
    completed: await completed("ada"),
    failed: await ended("failed"),
    canceled: await ended("canceled"),
    deleted: await completed("ada"),
    queued: await scenario.accepted(),
    private: await scenario.accepted({ teamId: null }),
    running: "",
  };
  await store.remove({ ownerId: "ada", id: ids.deleted });
  const { id, claim } = await running();
  const progress = { value: 0.5, source: "provider", queuePosition: null, preview } as const;
  await scenario.park(claim, { to: "running", dueInMs: 60_000, progress });
  ids.running = id;

  const own = await queryOf(api, { ownerId: "ada", id: ids.completed, index: 0 });
  return {
    ids,
    foreign: await queryOf(api, { ownerId: "eve", id: await completed("eve"), index: 0 }),
    forged: forgedQuery(own),
    other: await queryOf(api, { ownerId: "ada", id: ids.completed, index: 1 }),
  };
}

/** Changes one character of the signature. */
export function forgedQuery(query: string): string {
  return query.replace(/(?<=signature=)./, (first) => (first === "A" ? "B" : "A"));
}

/** The query of an output's URL. */
async function queryOf(
  api: Api<ModelMap>,
  { ownerId, id, index }: { readonly ownerId: string; readonly id: string; readonly index: number },
): Promise<string> {
  const generation = await api.get({ ownerId }, id);
  const url = generation.status === "completed" ? generation.outputs[index]?.url : undefined;
  if (url === undefined) throw new Error(`${id} has no output ${index}`);
  return url.slice(url.indexOf("?"));
}
