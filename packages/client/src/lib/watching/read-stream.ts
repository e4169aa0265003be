import { onAbort } from "../requests/abort.js";
import { responseError } from "../requests/response-error.js";
import { SafelightError } from "../requests/safelight-error.js";
import { type ClientRequest, parseJson, type Transport } from "../requests/transport.js";
import { withTimeout } from "../requests/with-timeout.js";

/** A buffering proxy delays the head, or the first frame, beyond this time. */
const startTimeoutMs = 5_000;
/** Three heartbeats of the server, which sends one every 8 seconds. */
const silenceTimeoutMs = 25_000;

/**
 * Reads one stream of frames. Resolves when the server ends it.
 *
 * @param onFrame receives the data of each server-sent event; `null` for a heartbeat.
 * @throws {SafelightError} the refusal of the server, `invalid_response` for a response that is not an event stream,
 * `timeout` after silence, and `network` when the connection is cut. Or the reason of the signal.
 */
// biome-ignore lint/complexity/useMaxParams: a callback as the last argument
export async function readStream(
  { environment, open, requestLineOf, resolve }: Transport,
  { query, signal }: Required<Pick<ClientRequest, "query" | "signal">>,
  onFrame: (data: Readonly<Record<string, unknown>> | null) => void,
): Promise<void> {
  const request = { path: "/events", query, headers: () => ({ accept: "text/event-stream" }) };
  const requestLine = requestLineOf(request);
  await withTimeout({ environment, signal, timeoutMs: startTimeoutMs, requestLine }, async (own, restart) => {
    const response = await open(request, own);
    const reader = response.ok ? response.body?.getReader() : undefined;
    // A `fetch` of the host may ignore the signal, and respond after the timeout. The rejection has no meaning.
    onAbort(own, () => reader?.cancel().catch(() => {}));
    // Without streams as response bodies, as in React Native, there are no event streams.
    if (!reader || !isEventStream(response)) {
      const body = response.ok ? null : parseJson(await response.text());
      const { status, headers } = response;
      // A 401 is not published: each follower asks the server once it leads.
      throw responseError({ status, headers, body, request: requestLine, now: environment.now() });
    }
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || own.aborted) return;
      // A large frame takes long on a slow network. A buffering proxy sends no byte.
      restart(silenceTimeoutMs);
      // The server ends each line with a line feed, and writes the data of an event in one line.
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop() as string;
      for (const event of events) {
        const data = parseEvent(event);
        if (data !== null) resolve(data);
        onFrame(data);
        if (own.aborted) return;
      }
    }
  });
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

/** `null` for a comment. A garbled event must not be skipped: a change would be lost. */
function parseEvent(event: string): Readonly<Record<string, unknown>> | null {
  // `.` would exclude U+2028 and U+2029, which JSON leaves unescaped.
  const line = /^data: ([^\n]*)/m.exec(event)?.[1];
  if (line === undefined) return null;
  const data = parseJson(line);
  if (data === null) throw new SafelightError("invalid_response", "Not JSON");
  return data;
}
