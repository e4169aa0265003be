import type { Generation } from "../contract/generation.js";
import type { DeletedGeneration } from "../contract/wire.js";
import { underSignal } from "../requests/abort.js";
import { responseError } from "../requests/response-error.js";
import { SafelightError } from "../requests/safelight-error.js";
import { parseJson, type Transport } from "../requests/transport.js";

/** What one stream of the server tells. */
export type StreamEvent =
  | { readonly type: "hello"; readonly ownerTag: string; readonly sequence: number }
  | { readonly type: "generation"; readonly generation: Generation }
  | ({ readonly type: "deleted" } & DeletedGeneration)
  | { readonly type: "credits"; readonly balance: number }
  /** The sequence asked for cannot be continued from. */
  | { readonly type: "resync" }
  /** Nothing happened for a while: everything there was has been told. */
  | { readonly type: "beat" };

/** What holds answers back until they are whole lets the head, or the first event, wait for longer. */
const longestStartMs = 5_000;
/** Three of the server's heartbeats, which come every 8 seconds. */
const longestSilenceMs = 25_000;

const path = "/events";

/**
 * One stream of what changes for an owner after a sequence. Returns when the server ends it.
 *
 * @throws {SafelightError} what it was answered with instead, `invalid_response` where that is no event stream, `timeout`
 * when nothing comes, `network` when it is cut, or let go of because the page is hidden or the device offline. Or the
 * reason of the signal.
 */
export async function* ownerStream(
  { environment, open, resolve }: Transport,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  const connection = new AbortController();
  let hasBegun = false;
  const isLetGo = () => !environment.isOnline() || environment.isHidden();
  const arm = (abort: (reason: unknown) => void) => {
    const cancelTimeout = environment.schedule(
      () => abort(failure("timeout")),
      hasBegun ? longestSilenceMs : longestStartMs,
    );
    const unsubscribe = environment.onChange(() => {
      if (isLetGo()) abort(failure("network"));
    });
    return () => {
      cancelTimeout();
      unsubscribe();
    };
  };
  const within = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    // Whoever reads may have taken a long time over the event before.
    if (isLetGo()) throw failure("network");
    try {
      return await underSignal({ signal, arm }, work);
    } catch (error) {
      throw signal.aborted || error instanceof SafelightError ? error : failure("network", error);
    }
  };

  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const request = { path, query: { after }, headers: { accept: "text/event-stream" } };
    const response = await within(() => open(request, connection.signal));
    if (!isEventStream(response)) {
      const body = response.ok ? null : parseJson(await within(() => response.text()));
      const { status, headers } = response;
      throw responseError({ status, headers, body, request: `GET ${path}`, now: environment.now() });
    }
    reader = response.body.getReader();
    // Who is never answered with a stream never loads what reads one.
    const { createParser } = await within(() => import("eventsource-parser"));
    let events: StreamEvent[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => {
        const body = parseJson(data);
        if (body !== null) resolve(event === "generation" ? { generation: body } : body);
        events.push(...toEvents(event, body));
      },
      onComment: () => events.push({ type: "beat" }),
    });
    const decoder = new TextDecoder();
    const read = reader.read.bind(reader);
    for (;;) {
      const { done, value } = await within(read);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      hasBegun ||= events.length > 0;
      yield* events;
      events = [];
    }
  } finally {
    connection.abort();
    // For a `fetch` of the host's that does not look at the signal. Nobody waits for that, and it has nothing to say.
    reader?.cancel().catch(() => {});
  }
}

function failure(code: "network" | "timeout" | "invalid_response", cause?: unknown): SafelightError {
  return new SafelightError(code, `GET ${path} failed: ${code}`, { cause });
}

/** Where answers cannot be read piece by piece, as in React Native, there are no streams. */
function isEventStream(response: Response): response is Response & { readonly body: ReadableStream<Uint8Array> } {
  const type = response.headers.get("content-type") ?? "";
  return response.ok && response.body !== null && /^text\/event-stream\b/i.test(type);
}

/** What a later server tells beside is passed over. What is garbled is not: a change would be missed. */
function toEvents(type: string | undefined, body: ReturnType<typeof parseJson>): readonly StreamEvent[] {
  const number = numberOf[type ?? ""];
  if (number === undefined) return [];
  if (typeof body?.[number] !== "number") throw failure("invalid_response");
  // The rest is the contract's promise.
  return [(type === "generation" ? { type, generation: body } : { ...body, type }) as unknown as StreamEvent];
}

/** The events there are, each with the number that it must have. */
const numberOf: Readonly<Record<string, "sequence" | "balance">> = {
  hello: "sequence",
  generation: "sequence",
  deleted: "sequence",
  resync: "sequence",
  credits: "balance",
};
