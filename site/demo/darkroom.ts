// Tests import this module without the aliases of the site.
import { createMockServer, type MockServer } from "../../packages/client/src/msw.ts";

/** The model of the live demo. */
export type DarkroomModel = "poster";

/** The in-memory server of a page, which continues after a reload. */
export interface Darkroom {
  /** Pass it to the client as `fetch`. */
  fetch(request: Request): Promise<Response>;
  /** Develops each active generation up to now, and saves all of them. */
  tick(): void;
  /** Adds credits, which a reload keeps. */
  grant(): void;
}

/** The parts of the page that a darkroom uses. */
export interface DarkroomOptions {
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  readonly now: () => number;
}

/** A generation as it is saved between two loads of the page. */
interface SavedGeneration {
  readonly prompt: string;
  readonly startedAt: number;
  readonly isSeen: boolean;
}

interface SavedState {
  readonly grants: number;
  readonly generations: readonly SavedGeneration[];
}

/** Time from a submit to its image, in milliseconds: enough for a reload. */
export const developMs = 9_000;
/** Credits of one generation, of a new visitor, and of one grant. */
export const price = 4;
const initialCredits = 20;
const grantedCredits = 20;
const storageKey = "safelight-live-demo";

/**
 * Opens the server with the generations of the last load. It replays them, since the mock server keeps nothing: ids are
 * the same in every run, so open pages and saved rows agree.
 */
export function openDarkroom({ storage, now }: DarkroomOptions): Darkroom {
  const server = createMockServer({ credits: initialCredits, models: { poster: { credits: price } } });
  const saved = readState(storage);
  let { grants } = saved;
  for (let grant = 0; grant < grants; grant += 1) server.grantCredits(grantedCredits);
  const started = new Map<string, number>();
  for (const { prompt, startedAt, isSeen } of saved.generations) {
    const { id } = server.queue("poster", { prompt });
    started.set(id, startedAt);
    develop(server, { id, age: now() - startedAt });
    if (isSeen) server.markSeen(id);
  }

  const tick = (): void => {
    for (const { id } of server.active().generations.toReversed()) {
      if (!started.has(id)) started.set(id, now());
    }
    for (const [id, startedAt] of started) develop(server, { id, age: now() - startedAt });
    const generations = [...started].map(([id, startedAt]): SavedGeneration => {
      const { input, seenAt } = server.get(id);
      return { prompt: promptOf(input), startedAt, isSeen: seenAt !== null };
    });
    storage.setItem(storageKey, JSON.stringify({ grants, generations } satisfies SavedState));
  };

  return {
    async fetch(request) {
      const response = await server.fetch(request);
      // Saved before the response, as on a real server.
      tick();
      return response;
    },
    tick,
    grant() {
      server.grantCredits(grantedCredits);
      grants += 1;
      tick();
    },
  };
}

function develop(server: MockServer<DarkroomModel>, { id, age }: { readonly id: string; readonly age: number }): void {
  const { status, input } = server.get(id);
  if (status !== "pending" && status !== "processing") return;
  if (promptOf(input).includes("fail:policy") && age > developMs / 2) server.fail(id, "content_rejected");
  else if (age >= developMs) server.complete(id);
  else if (age > 0) server.progress(id, age / developMs);
}

function promptOf(input: unknown): string {
  const { prompt }: { readonly prompt?: unknown } = Object(input);
  return typeof prompt === "string" ? prompt : "";
}

function readState(storage: DarkroomOptions["storage"]): SavedState {
  try {
    return JSON.parse(storage.getItem(storageKey) ?? "");
  } catch {
    // A new visitor.
    return { grants: 0, generations: [] };
  }
}
