import { Hono } from "hono";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import {
  ConnectionLost,
  type FakeVendor,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
} from "./fake-vendor.js";
import { googleRefusal, googleRefusals } from "./google-vendor.js";
import { Plan } from "./plan.js";
import { fileResponse, fileUrls } from "./vendor-files.js";

interface VideoJob extends PaidRequest {
  readonly behavior: VendorBehavior;
  readonly origin: string;
  runningPolls: number;
}

/** Codes of `google.rpc.Status`. */
const failures = { provider_error: 13, invalid_input: 3, provider_unavailable: 14 } as const;

/** A fake of Google's Veo: `POST /models/:model:predictLongRunning`, and its operations. Its API key is `the-key`. */
export function createGoogleVideoVendor(): FakeVendor {
  const plan = new Plan();
  const jobs: VideoJob[] = [];
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.use(async ({ req }, next) => {
    if (req.method === "POST") attempts += 1;
    return req.header("x-goog-api-key") === "the-key" ? next() : googleRefusal("unauthenticated");
  });
  // As at Google, a file needs the key.
  app.get("/files/:name", (c) => fileResponse(c.req.path));
  app.post("/models/:call", async ({ req }) => {
    const behavior = plan.next();
    const [model, call] = req.param("call").split(":");
    if (call !== "predictLongRunning") return googleRefusal("not_found");
    if (behavior.type === "refuse") return googleRefusal(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const id = `models/${model}/operations/op${jobs.length + 1}`;
    const { origin } = new URL(req.url);
    jobs.push({
      id,
      body: await req.json(),
      headers: req.raw.headers,
      webhookUrl: null,
      behavior,
      origin,
      runningPolls: runningPollsOf(behavior),
    });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    if (behavior.type === "garbage") return new Response("<html>", { headers: { "content-type": "text/html" } });
    return Response.json({ name: id });
  });
  app.get("/models/:model/operations/:id", ({ req }) => {
    const job = jobs.find(({ id }) => `/${id}` === req.path);
    return job === undefined ? googleRefusal("not_found") : Response.json(operationOf(job));
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid: jobs,
    get paidAttempts() {
      return attempts;
    },
    canceled: [],
    refusals: Object.keys(googleRefusals) as (keyof typeof googleRefusals)[],
    failures: [...(Object.keys(failures) as (keyof typeof failures)[]), "content_blocked", "no_output"],
    finish: (id) => {
      const job = jobs.find((each) => each.id === id);
      if (job !== undefined) job.runningPolls = 0;
    },
  };
}

function operationOf(job: VideoJob): object {
  const { behavior, id } = job;
  if (job.runningPolls > 0) {
    job.runningPolls -= 1;
    return behavior.type === "unknown_state" ? { name: id, metadata: { mood: "good" } } : { name: id };
  }
  if (behavior.type !== "fail") return { name: id, done: true, response: { generateVideoResponse: resultOf(job) } };
  if (behavior.code === "content_blocked")
    return { name: id, done: true, response: { generateVideoResponse: filtered } };
  if (behavior.code === "no_output") return { name: id, done: true, response: { generateVideoResponse: {} } };
  const known: Partial<Record<ProviderErrorCode, number>> = failures;
  const error = { code: known[behavior.code] ?? failures.provider_error, message: "The job «a quiet lake» failed." };
  return { name: id, done: true, error };
}

const filtered = {
  raiMediaFilteredCount: 1,
  raiMediaFilteredReasons: ["«a quiet lake» was filtered. Support codes: 58061214"],
};

function resultOf({ behavior, body, id, origin }: VideoJob): object {
  const { parameters = {} } = body as { readonly parameters?: { readonly sampleCount?: number } };
  const jobId = id.split("/").at(-1) ?? "";
  const urls = fileUrls({ origin, jobId, count: parameters.sampleCount ?? 1, behavior, extension: "mp4" });
  const samples = urls.map((uri) => ({ video: { uri } }));
  return behavior.type === "partial"
    ? { ...filtered, generatedSamples: samples.slice(1) }
    : { generatedSamples: samples };
}
