import type { Generation, Json } from "@safelight/client/contract";
import {
  createMockServer,
  type MockServer,
  type MockServerOptions,
  type QueueOptions,
  type ReceivedRequest,
} from "@safelight/client/msw";

/** Price of each generation. */
const credits = 4;

type ModelName = "flux" | "other";

/** The mock server that hosts use, with shortcuts for these tests. */
export interface TestServer extends MockServer<ModelName> {
  /** Submits as another device would; the default prompt is a lamp. */
  submit(model?: ModelName, options?: QueueOptions & { readonly input?: Json }): Generation;
  /** Requests received so far, without those for a stream, which this server lacks. */
  received(): readonly ReceivedRequest[];
  /** The requests among them that the server may hold. */
  longPolls(): readonly ReceivedRequest[];
}

/**
 * A server without streams: pages use long polls, so that a test sees each response. `owner-a` is signed in, and has a
 * hundred credits, as every owner has. The sequence of `owner-b` starts lower, so that data of the two cannot be
 * distinguished by age.
 */
export function testServer(options: Omit<Partial<MockServerOptions<ModelName>>, "owner"> = {}): TestServer {
  const server = createMockServer({
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
    longPolls: () => server.requests.filter(({ path }) => path.includes("wait=")),
  });
}
