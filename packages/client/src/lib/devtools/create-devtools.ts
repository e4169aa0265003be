import { headerNames } from "../contract/wire.js";
import type { Devtools, DevtoolsOptions, DevtoolsSources } from "./devtools.js";
import { createFrozenPage } from "./freeze-page.js";
import { mountPanel } from "./panel/mount-panel.js";
import { recordStream } from "./record-stream.js";
import { createSimulator, isStream } from "./simulations.js";
import { createTrafficLog } from "./traffic-log.js";

/** Response headers that the log keeps: they explain repeats and limits. */
const notedHeaders = [
  headerNames.idempotentReplayed,
  headerNames.requestId,
  "retry-after",
  "ratelimit",
  "ratelimit-policy",
];

/**
 * Creates developer tools. Use them in development only: load this entry behind a check of your bundler, such as
 * `import.meta.env.DEV`.
 *
 * @example
 * ```ts
 * import { createSafelightClient } from "@safelight/client";
 * import { createDevtools } from "@safelight/client/devtools";
 *
 * const devtools = createDevtools();
 * const client = createSafelightClient<App>({ fetch: devtools.fetch });
 * devtools.mount(document.body.appendChild(document.createElement("div")));
 * ```
 */
export function createDevtools(options: DevtoolsOptions = {}): Devtools {
  const log = createTrafficLog(() => Date.now());
  const page = createFrozenPage();
  const { setTimeout: startTimer } = globalThis;
  const simulator = createSimulator({
    send: (request, init) => (options.fetch ? options.fetch(request, init) : fetch(request.url, init)),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        startTimer(resolve, ms);
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
  });
  const mount = (element: HTMLElement, sources: DevtoolsSources = {}) =>
    mountPanel(element, { log, simulator, page, queryClient: sources.queryClient });
  return {
    async fetch(request, init) {
      await page.resumed();
      const { pathname, search } = new URL(request.url);
      const idempotencyKey = request.headers.get(headerNames.idempotencyKey);
      const finish = log.begin({ method: request.method, path: pathname + search, idempotencyKey });
      try {
        const response = await simulator.fetch(request, init);
        const { status, headers } = response;
        const notes = notedHeaders.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : []));
        finish({ status, notes: Object.fromEntries(notes) });
        return isStream(request) && response.ok ? recordStream(response, log) : response;
      } catch (error) {
        finish({ error: error instanceof Error ? error.name : String(error) });
        throw error;
      }
    },
    plugin<Rendered = void>(sources?: DevtoolsSources) {
      let unmount = () => {};
      return {
        id: "safelight",
        name: "Safelight",
        render(element: HTMLElement): Rendered {
          unmount();
          unmount = mount(element, sources);
          // The adapters of frameworks render `undefined` as nothing, and the core ignores the result.
          return undefined as Rendered;
        },
        destroy: () => unmount(),
      };
    },
    mount,
  };
}
