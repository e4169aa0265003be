import type { Generation, Json } from "@safelight/client/contract";
import {
  type QueueOptions,
  type SafelightServer,
  type SafelightServerOptions,
  type SeenRequest,
  safelightServer,
} from "@safelight/client/msw";

/** What each costs. */
const credits = 4;

type ModelName = "flux" | "other";

/** The server of hosts' tests, with what the tests say again and again in few words. */
export interface TestServer extends SafelightServer<ModelName> {
  /** Submits as another device would: a lamp, unless told otherwise. */
  submit(model?: ModelName, options?: QueueOptions & { readonly input?: Json }): Generation;
  /** What was asked for so far, without the questions for a stream, which there is not. */
  asked(): readonly SeenRequest[];
}

/**
 * A server whose pages ask by requests that wait, so that a test sees each answer. `owner-a` is signed in, and has a hundred
 * credits, as everybody has. The changes of `owner-b` count from less: nothing of the two can be told apart by being newer.
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
    asked: () => server.requests.filter(({ path }) => !path.startsWith("/events")),
  });
}
