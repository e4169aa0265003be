import { Hono } from "hono";
import { ComfyuiJobs, type FakeJob } from "./comfyui-jobs.js";
import { comfyuiErrors, isKnownRefusal, refusalOf } from "./comfyui-wire.js";
import { ConnectionLost, type FakeVendor, type PaidRequest } from "./fake-vendor.js";
import { Plan } from "./plan.js";
import { answerFile, filesPath } from "./vendor-files.js";

/** How a fake ComfyUI is set up. */
export interface ComfyuiVendorOptions {
  /**
   * `old`: without `/api/jobs`, as until the autumn of 2025. `oldest`: it also gives each job an id of its own, and stops
   * whatever runs when it is told to interrupt.
   * @default "new"
   */
  readonly age?: "new" | "old" | "oldest";
  /**
   * Whether something else keeps it busy, so that jobs wait in its queue until they are finished from outside.
   * @default false
   */
  readonly busy?: boolean;
}

/** A ComfyUI in the hands of a test. */
export interface ComfyuiVendor extends FakeVendor {
  /** Pictures that were copied to it, by their names with their folders. */
  readonly uploads: ReadonlyMap<string, Uint8Array>;
  /** It forgets its queue and its history. */
  restart(): void;
}

/**
 * A ComfyUI behind a proxy that wants `Authorization: Bearer the-key`. It has no filter, no price, no call-backs and no key
 * of its own; a rate limit and the refusals of keys are the proxy's. How many pictures a job makes is `batch_size`.
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
    if (behavior.type === "lose" && !behavior.taken) throw new ConnectionLost();
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
      const job = jobs.ask(req.param("id"));
      return job === null
        ? Response.json({ error: "Job not found" }, { status: 404 })
        : Response.json(jobs.describe(job));
    });
    app.post("/api/jobs/:id/cancel", ({ req }) => Response.json({ cancelled: cancel(req.param("id")) }));
  }
  app.get("/queue", () => {
    // An old server has nothing else to be asked for a job that goes on.
    if (age !== "new") for (const { id } of jobs.all) jobs.ask(id);
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
  app.get("/view", ({ req }) => answerFile(`${filesPath}${req.query("filename")}`));

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
