import type { ModelMap, SafelightApp } from "@safelight/client/contract";
import type { Hono } from "hono";
import type { Api } from "../api/api.js";
import type { AuditViolation, CostRecord } from "../ports/store/credits-store.js";
import type { SweepOptions, SweepReport } from "../service/media/sweep-media.js";
import type { Worker } from "../worker/loop/worker.js";

/** A composed server, as returned by `createSafelight`. */
export interface Safelight<Models extends ModelMap> extends SafelightApp<Models> {
  /** Mount it at `basePath`: `app.route("/api/generations", safelight.app)`. */
  readonly app: Hono;
  /**
   * Fetch handler for any host; expects the full path of the request. Serving requests does not advance generations,
   * unless `worker.mode` is `"request"`: start `worker` in a long-lived process on the same database.
   *
   * @param host.waitUntil keeps the host's process alive until a promise settles. Request mode uses it to continue work
   * after the response.
   */
  readonly handler: (
    request: Request,
    host?: { readonly waitUntil?: (promise: Promise<unknown>) => void } | object,
  ) => Promise<Response>;
  /** The methods of an owner without HTTP. */
  readonly api: Api<Models>;
  /** Advances generations. Start it in long-lived processes only; in request mode `start` throws. */
  readonly worker: Worker;
  /**
   * Recomputes the ledger and checks every promise. Reads whole tables, one check at a time, each for at most ten minutes on
   * a database server.
   *
   * @returns the violations; empty if all promises hold.
   * @throws {StoreUnavailable} if the database cannot be read in time.
   */
  audit(): Promise<readonly AuditViolation[]>;
  /**
   * Sums what providers charged for generations, in the vendors' units, with the captured credits: the margin of each
   * model. Counts generations submitted at or after `from` and before `to`. Without a span, counts all.
   */
  costs(span?: { readonly from?: Date; readonly to?: Date }): Promise<readonly CostRecord[]>;
  /**
   * Responds to a scrape of Prometheus with the gauges of the queue, as OpenMetrics text. Safelight has no route for it: call
   * it in a route of your own, after a check of the caller.
   *
   * @throws {StoreUnavailable} if the database cannot be read in time.
   */
  metrics(): Promise<Response>;
  /**
   * Deletes stored media that no row references, such as objects stored after the backup that was restored. Safe while
   * workers run. Reads all outputs once per 10,000 objects: call it in a job, not in a request.
   *
   * @throws {RangeError} when `graceMs` is less than a day.
   * @throws {TypeError} when the storage cannot list its objects.
   * @throws {Error} when no row references any stored object: the database or the storage is probably the wrong one.
   */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  /** Creates or upgrades the tables. */
  migrate(): Promise<void>;
  /** Stops the worker like `worker.stop`, then closes the database and the event bus. */
  close(): Promise<void>;
}
