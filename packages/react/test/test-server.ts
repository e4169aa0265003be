import type { Generation, Json } from "@safelight/client/contract";
import {
  type QueueOptions,
  type SafelightServer,
  type SafelightServerOptions,
  type SeenRequest,
  safelightServer,
} from "@safelight/client/msw";

/** Price of each generation. */
const credits = 4;

type ModelName = "flux" | "other";

/** The mock server that hosts use, with shortcuts for these tests. */
export interface TestServer extends SafelightServer<ModelName> {
  /** Submits as another device would; the default prompt is a lamp. */
  submit(model?: ModelName, options?: QueueOptions & { readonly input?: Json }): Generation;
  /** Requests received so far, without those for a stream, which this server lacks. */
  received(): readonly SeenRequest[];
}

/**
 * A server without streams: pages use long polls, so that a test sees each response. `owner-a` is signed in, and has a
 * hundred credits, as every owner has. The sequence of `owner-b` starts lower, so that data of the two cannot be
 * distinguished by age.
 */
export function testServer(options: Omit<Partial<SafelightServerOptions<ModelName>>, "owner"> = {}): TestServer {
  const server = safelightServer({
    models: { flux: { credits }, other: { credits } },
    owner: "owner-b",
    streams: false,
    ...options,
  });
  server.signIn("owner-a");
  return Object.assign(server, {
    submit: (
      model: ModelName = "flux",
      { input = { prompt: "a lamp" }, ...rest }: QueueOptions & { readonly input?: Json } = {},
    ) => server.queue(model, input, rest),
    received: () => server.requests.filter(({ path }) => !path.startsWith("/events")),
  });
}
