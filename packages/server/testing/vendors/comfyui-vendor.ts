import { Hono } from "hono";
import { ComfyuiJobs, type FakeJob } from "./comfyui-jobs.js";
import { comfyuiErrors, isKnownRefusal, refusalOf } from "./comfyui-wire.js";
import { ConnectionLost, type FakeVendor, type PaidRequest } from "./fake-vendor.js";
import { Plan } from "./plan.js";
import { fileResponse, filesPath } from "./vendor-files.js";

/** Options of a fake ComfyUI. */
export interface ComfyuiVendorOptions {
  /**
   * `old`: without `/api/jobs`, as until autumn 2025. `oldest`: it also assigns its own job ids, and an interrupt stops
   * any running job.
   * @default "new"
   */
  readonly age?: "new" | "old" | "oldest";
  /**
   * Whether other work keeps the server busy, so that jobs stay queued until `finish`.
   * @default false
   */
  readonly busy?: boolean;
}

/** A fake ComfyUI. */
export interface ComfyuiVendor extends FakeVendor {
  /** Uploaded images, by folder and file name. */
  readonly uploads: ReadonlyMap<string, Uint8Array>;
  /** Clears the queue and the history, as a restart does. */
  restart(): void;
}

/**
 * A ComfyUI behind a proxy that requires `Authorization: Bearer the-key`. ComfyUI has no filter, costs, webhooks or keys
 * of its own; rate limits and refused keys come from the proxy. `batch_size` is the number of images of a job.
 */
export function createComfyuiVendor(options: ComfyuiVendorOptions = {}): ComfyuiVendor {
  const { age = "new", busy = false } = options;
  const plan = new Plan();
  const paid: PaidRequest[] = [];
  const canceled: string[] = [];
  const uploads = new Map<string, Uint8Array>();
  const jobs = new ComfyuiJobs(busy);
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.use(async ({ req }, next) => {
    if (req.method === "POST" && req.path === "/prompt") attempts += 1;
    return req.header("authorization") === "Bearer the-key" ? next() : refusalOf("unauthenticated");
  });

  app.post("/prompt", async ({ req }) => {
    const behavior = plan.next();
    if (behavior.type === "refuse") return refusalOf(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const body: Readonly<Record<string, unknown>> = await req.json();
    const id = age === "oldest" ? crypto.randomUUID() : String(body.prompt_id ?? crypto.randomUUID());
    paid.push({ id, body, headers: req.raw.headers, webhookUrl: null });
    const { number } = jobs.add({ id, behavior, body });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "garbage") return new Response("<html>Welcome</html>");
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    return Response.json({ prompt_id: id, number, node_errors: {} });
  });

  if (age === "new") {
    app.get("/api/jobs/:id", ({ req }) => {
      const job = jobs.poll(req.param("id"));
      return job === null
        ? Response.json({ error: "Job not found" }, { status: 404 })
        : Response.json(jobs.describe(job));
    });
    app.post("/api/jobs/:id/cancel", ({ req }) => Response.json({ cancelled: cancel(req.param("id")) }));
  }
  app.get("/queue", () => {
    // On an old server, reading the queue is the only poll of a running job.
    if (age !== "new") for (const { id } of jobs.all) jobs.poll(id);
    return Response.json(jobs.queue());
  });
  app.get("/history", () => Response.json(jobs.history()));
  app.get("/history/:id", ({ req }) => {
    const { [req.param("id")]: entry } = jobs.history();
    return Response.json(entry === undefined ? {} : { [req.param("id")]: entry });
  });
  app.post("/queue", async ({ req }) => {
    const { delete: ids }: { delete: readonly string[] } = await req.json();
    for (const id of ids) if (jobs.find(id)?.state === "pending") cancel(id);
    return new Response();
  });
  app.post("/interrupt", async ({ req }) => {
    const { prompt_id }: { prompt_id?: string } = await req.json();
    const running = jobs.all.find(({ state }) => state === "in_progress");
    if (running !== undefined && (age === "oldest" || prompt_id === running.id)) cancel(running.id);
    return new Response();
  });

  app.post("/upload/image", async ({ req }) => {
    const form = await req.formData();
    const image = form.get("image");
    if (!(image instanceof File)) return new Response(null, { status: 400 });
    const subfolder = String(form.get("subfolder") ?? "");
    uploads.set(`${subfolder}/${image.name}`, new Uint8Array(await image.arrayBuffer()));
    return Response.json({ name: image.name, subfolder, type: form.get("type") });
  });
  app.get("/view", ({ req }) => {
    const response = fileResponse(`${filesPath}${req.query("filename")}`);
    return response.status === 404 ? new Response(null, { status: 404 }) : response;
  });

  function cancel(id: string): boolean {
    const job = jobs.find(id);
    if (job === null || !isGoing(job)) return false;
    canceled.push(id);
    jobs.cancel(job);
    return true;
  }

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return attempts;
    },
    canceled,
    uploads,
    refusals: Object.keys(comfyuiErrors).filter(isKnownRefusal),
    failures: ["provider_error", "no_output"],
    finish: (id) => jobs.finish(id),
    restart: () => jobs.forget(),
  };
}

function isGoing({ state }: FakeJob): boolean {
  return state === "pending" || state === "in_progress";
}
