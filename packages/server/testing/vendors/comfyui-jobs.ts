import { runningPollsOf, type VendorBehavior } from "./fake-vendor.js";

/** A job of a fake ComfyUI, with the states of `/api/jobs`. */
export interface FakeJob {
  readonly id: string;
  readonly number: number;
  readonly behavior: VendorBehavior;
  readonly body: Readonly<Record<string, unknown>>;
  state: "pending" | "in_progress" | "completed" | "failed" | "cancelled";
  /** Number of polls that reported a running job. */
  runningReports: number;
}

/** Queue and history of a fake ComfyUI. */
export class ComfyuiJobs {
  readonly #isBusy: boolean;
  #jobs: FakeJob[] = [];
  #number = 0;

  constructor(isBusy: boolean) {
    this.#isBusy = isBusy;
  }

  get all(): readonly FakeJob[] {
    return this.#jobs;
  }

  add(given: Pick<FakeJob, "behavior" | "body" | "id">): FakeJob {
    const state = this.#isBusy ? "pending" : "in_progress";
    const job: FakeJob = { ...given, number: this.#number, state, runningReports: 0 };
    this.#number += 1;
    this.#jobs.push(job);
    return job;
  }

  find(id: string): FakeJob | null {
    return this.#jobs.find((job) => job.id === id) ?? null;
  }

  /** Polls a job, which advances it. */
  poll(id: string): FakeJob | null {
    const job = this.find(id);
    if (job?.state === "in_progress") {
      if (job.runningReports >= runningPollsOf(job.behavior)) end(job);
      else job.runningReports += 1;
    }
    return job;
  }

  finish(id: string): void {
    const job = this.find(id);
    if (job !== null) end(job);
  }

  /** A queued job leaves no trace. */
  cancel(job: FakeJob): void {
    if (job.state === "pending") this.#jobs = this.#jobs.filter((one) => one !== job);
    job.state = "cancelled";
  }

  forget(): void {
    this.#jobs = [];
  }

  /** Like `/api/jobs/{id}`. */
  describe(job: FakeJob): object {
    const { id, number, state } = job;
    const common = { id, priority: number, create_time: 1_700_000_000_000, workflow: { prompt: job.body.prompt } };
    if (state === "pending" || state === "in_progress") {
      const isStrange = state === "in_progress" && job.behavior.type === "unknown_state";
      return { ...common, status: isStrange ? "daydreaming" : state, outputs_count: 0 };
    }
    const failed = state === "failed" && { execution_error: executionError(id) };
    return { ...common, status: state, outputs: outputsOf(job), ...failed };
  }

  /** Like `/queue`: `[number, id, workflow, extra_data, outputs]`. */
  queue(): object {
    const itemsIn = (state: FakeJob["state"]) => this.#jobs.filter((job) => job.state === state).map(itemOf);
    return { queue_running: itemsIn("in_progress"), queue_pending: itemsIn("pending").reverse() };
  }

  /** Like `/history`. */
  history(): Readonly<Record<string, object>> {
    const ended = this.#jobs.filter(({ state }) => state !== "pending" && state !== "in_progress");
    return Object.fromEntries(ended.map((job) => [job.id, entryOf(job)]));
  }
}

function end(job: FakeJob): void {
  job.state = job.behavior.type === "fail" && job.behavior.code !== "no_output" ? "failed" : "completed";
}

function outputsOf({ behavior, body, id, state }: FakeJob): object {
  if (state !== "completed" || behavior.type === "fail") return {};
  const names = Array.from({ length: batchSizeIn(body.prompt) }, (_, index) => fileName(behavior, id, index));
  // Previews, and node outputs that are not files.
  const shown = {
    images: [{ filename: "shown.png", subfolder: "", type: "temp" }],
    text: ["a note"],
    animated: [false],
  };
  const saved = names.map((filename) => ({ filename, subfolder: "", type: "output" }));
  return { "8": shown, "9": { images: saved } };
}

/** A file name that `fileResponse` recognizes. For `partial`, another user of the server deleted the first file. */
function fileName({ type }: VendorBehavior, id: string, index: number): string {
  if (type === "huge") return "huge.png";
  if (type === "hostile") return "page.html";
  return type === "gone" || (type === "partial" && index === 0) ? "gone.png" : `${id}-${index}.png`;
}

function batchSizeIn(workflow: unknown): number {
  const nodes: readonly { inputs?: { batch_size?: unknown } }[] = Object.values(Object(workflow));
  const size = nodes.map(({ inputs }) => inputs?.batch_size).find((value) => typeof value === "number");
  return size ?? 1;
}

function itemOf({ body, id, number }: FakeJob): readonly unknown[] {
  return [number, id, body.prompt, { ...Object(body.extra_data), client_id: body.client_id }, ["9"]];
}

function entryOf(job: FakeJob): object {
  const isError = job.state !== "completed";
  const end =
    { cancelled: "execution_interrupted", failed: "execution_error" }[String(job.state)] ?? "execution_success";
  const data = job.state === "failed" ? executionError(job.id) : { prompt_id: job.id, timestamp: 1_700_000_004_000 };
  const messages = [
    ["execution_start", { prompt_id: job.id, timestamp: 1_700_000_000_000 }],
    [end, data],
  ];
  const status = { status_str: isError ? "error" : "success", completed: !isError, messages };
  return { prompt: itemOf(job), outputs: outputsOf(job), status };
}

function executionError(id: string): object {
  return {
    prompt_id: id,
    node_id: "3",
    node_type: "KSampler",
    exception_message: "The sampler choked on «a failing quiet lake».",
    exception_type: "RuntimeError",
    traceback: ["File …"],
    current_inputs: { text: ["a failing quiet lake"] },
  };
}
