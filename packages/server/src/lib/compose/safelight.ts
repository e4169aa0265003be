import type { ModelMap, SafelightApp } from "@safelight/client/contract";
import type { Hono } from "hono";
import type { Api } from "../api/api.js";
import type { AuditViolation, CostRecord } from "../ports/store/credits-store.js";
import type { SweepOptions, SweepReport } from "../service/media/sweep-media.js";
import type { Worker } from "../worker/loop/worker.js";

/** A composed server: what `createSafelight` answers. */
export interface Safelight<Models extends ModelMap> extends SafelightApp<Models> {
  /** Mount it at `basePath`: `app.route("/api/generations", safelight.app)`. */
  readonly app: Hono;
  /**
   * Serves any fetch-style host; takes the request's full path. Submits wait until a started `worker` of a long-lived
   * process on the same database advances them: serving requests alone does not, unless `worker.mode` is `"request"`.
   *
   * @param host.waitUntil keeps the host's process going until a promise has settled; request mode works on after the
   * answer where there is one.
   */
  readonly handler: (
    request: Request,
    host?: { readonly waitUntil?: (promise: Promise<unknown>) => void } | object,
  ) => Promise<Response>;
  /** The same verbs without HTTP. */
  readonly api: Api<Models>;
  /** Advances generations; start it in long-lived processes only. Starting it throws in request mode. */
  readonly worker: Worker;
  /** Recomputes the books. Empty when every promise holds. */
  audit(): Promise<readonly AuditViolation[]>;
  /**
   * Adds up what providers charged for generations that were submitted from one time until before another, in the
   * vendors' units, beside the credits that were kept: the margin, by model. Without a span, for all of them.
   */
  costs(span?: { readonly from?: Date; readonly to?: Date }): Promise<readonly CostRecord[]>;
  /**
   * Removes stored media that no row refers to, such as what was stored after a backup that was restored. Safe while workers
   * run. Reads all outputs once for each 10,000 objects: call it in a job, not in a request.
   *
   * @throws {RangeError} when `graceMs` is shorter than a day.
   * @throws {TypeError} when the storage cannot be listed.
   * @throws {Error} when no row refers to any stored object: the database or the storage is probably the wrong one.
   */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  /** Creates or upgrades the tables. */
  migrate(): Promise<void>;
  /** Stops the worker as `worker.stop` does, then lets go of the database. */
  close(): Promise<void>;
}
