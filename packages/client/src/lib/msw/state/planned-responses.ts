import type { MockRequest, ReceivedRequest } from "../request/mock-request.js";
import type { Refusal } from "../request/refusal.js";
import { isRequestTo } from "../request/request-pattern.js";

/**
 * Responds to a request in place of the server.
 *
 * @param serve returns the regular response. A request that its page has aborted has no effect.
 */
export type Interception = (request: ReceivedRequest, serve: () => Promise<Response>) => Response | Promise<Response>;

/** An interception by this package: `serve` can also return the response for a refusal. */
type PlannedResponse = (
  request: ReceivedRequest,
  serve: (refusal?: Refusal) => Promise<Response>,
) => Response | Promise<Response>;

/** The half of an exchange that a fault applies to: the request or its response. */
export type Leg = "request" | "response";

interface Plan {
  readonly request: string;
  readonly respond: PlannedResponse;
}

/** Planned responses to the next matching requests. */
export class PlannedResponses {
  readonly #plans: Plan[] = [];
  readonly #stalled = new Set<() => void>();

  plan(request: string, respond: PlannedResponse): void {
    this.#plans.push({ request, respond });
  }

  /** Stalls the next matching request, or its response. @returns a function that releases it. */
  stall(request: string, leg: Leg): () => void {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = () => {
        this.#stalled.delete(release);
        resolve();
      };
    });
    this.#stalled.add(release);
    this.plan(request, async (_, serve) => {
      if (leg === "request") await released;
      const response = await serve();
      await released;
      return response;
    });
    return release;
  }

  /** Removes and returns the first plan that matches a request. */
  take(incoming: Pick<MockRequest, "method" | "path" | "query">): PlannedResponse | null {
    const index = this.#plans.findIndex(({ request }) => isRequestTo(request, incoming));
    const [plan] = index < 0 ? [] : this.#plans.splice(index, 1);
    return plan?.respond ?? null;
  }

  /** Releases all stalled requests. */
  release(): void {
    for (const release of [...this.#stalled]) release();
  }
}
