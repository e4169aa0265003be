import type { MockRequest, SeenRequest } from "../request/mock-request.js";
import { isRequestTo } from "../request/request-pattern.js";

/**
 * Answers a request in the place of the server.
 *
 * @param serve what the server would answer; a request that its page has left meanwhile has no effect.
 */
export type Interception = (request: SeenRequest, serve: () => Promise<Response>) => Response | Promise<Response>;

/** Which half of an exchange something happens to: the request on its way there, or the answer on its way back. */
export type Leg = "request" | "answer";

interface Plan {
  readonly request: string;
  readonly answer: Interception;
}

/** What a test wants to become of the next requests. */
export class PlannedAnswers {
  readonly #plans: Plan[] = [];
  readonly #stuck = new Set<() => void>();

  plan(request: string, answer: Interception): void {
    this.#plans.push({ request, answer });
  }

  /** The next request of a kind, or its answer, gets stuck. @returns what lets it go on. */
  stall(request: string, leg: Leg): () => void {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = () => {
        this.#stuck.delete(release);
        resolve();
      };
    });
    this.#stuck.add(release);
    this.plan(request, async (_, serve) => {
      if (leg === "request") await released;
      const response = await serve();
      await released;
      return response;
    });
    return release;
  }

  /** The first plan that a request meets: it is used up. */
  take(asked: Pick<MockRequest, "method" | "path" | "query">): Interception | null {
    const index = this.#plans.findIndex(({ request }) => isRequestTo(request, asked));
    const [plan] = index < 0 ? [] : this.#plans.splice(index, 1);
    return plan?.answer ?? null;
  }

  /** Lets go on whatever is stuck. */
  release(): void {
    for (const release of [...this.#stuck]) release();
  }
}
