import {
  createSafelight,
  type Dispatcher,
  defineModel,
  type EventBus,
  type Provider,
  type Store,
} from "@safelight/server";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { tinyImage } from "../frame/tiny-image.ts";
import { batch } from "./workload.ts";

/** The model of all generations. */
export const model = "image";

/** The processes do not share their images, which the worker would log. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A host whose limits are checked by each submit, and refuse none. */
export function composeHost({
  bus,
  onStart,
  store,
}: {
  readonly store: Store;
  readonly bus?: (EventBus & Dispatcher) | undefined;
  /** Called at the start of each paid request. */
  readonly onStart?: (() => void) | undefined;
}) {
  const provider: Provider<unknown> = {
    id: "vendor",
    capabilities: { cancel: false, progress: false, previews: false, resumable: false, webhook: false },
    async submit() {
      onStart?.();
      return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
    },
  };
  return createSafelight({
    store,
    storage: memoryStorage(),
    identify: () => null,
    models: { [model]: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
    credits: { initialGrant: 1_000_000 },
    limits: { rate: { requests: 1_000_000, perMs: 60_000 }, maxActive: 10_000 },
    worker: { concurrency: batch },
    logger: silent,
    secret: "a secret that is long enough for measurements",
    ...(bus !== undefined && { eventBus: bus, dispatcher: bus }),
  });
}
