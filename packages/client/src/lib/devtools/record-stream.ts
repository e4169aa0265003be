import { type Generation, isTerminal } from "../contract/generation.js";
import { parseJson } from "../requests/transport.js";
import type { StreamRecord, TrafficLog } from "./traffic-log.js";

/** Records each event of an event stream while the page reads it. The page receives the same bytes. */
export function recordStream(response: Response, log: TrafficLog): Response {
  if (response.body === null) return response;
  const decoder = new TextDecoder();
  let rest = "";
  let latest = { timeline: "", sequence: 0 };
  log.add({ type: "opened", sequence: null, isOutOfOrder: false, text: "" });
  const end = (type: "ended" | "cut", text = "") => log.add({ type, sequence: null, isOutOfOrder: false, text });
  const record = (chunk: Uint8Array) => {
    const events = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = /^data: ([^\n]*)/m.exec(event)?.[1];
      const frame = data === undefined ? null : parseJson(data);
      const { timeline = latest.timeline, sequence } = (frame ?? {}) as Partial<typeof latest>;
      const isOutOfOrder = sequence !== undefined && timeline === latest.timeline && sequence < latest.sequence;
      if (sequence !== undefined) latest = { timeline, sequence };
      log.add({ ...toRecord(frame), sequence: sequence ?? null, isOutOfOrder });
    }
  };
  // Not a `TransformStream`: it calls nothing when the connection breaks.
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          end("ended");
          controller.close();
        } else {
          controller.enqueue(value);
          record(value);
        }
      } catch (error) {
        end("cut", error instanceof Error ? error.name : String(error));
        controller.error(error);
      }
    },
    cancel(reason) {
      end("ended", "by this page");
      return reader.cancel(reason);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function toRecord(frame: Readonly<Record<string, unknown>> | null): Pick<StreamRecord, "type" | "text"> {
  if (frame === null) return { type: "heartbeat", text: "" };
  if ("balance" in frame) return { type: "balance", text: `${frame.balance} credits` };
  // The contract guarantees the members of a frame.
  const {
    generations,
    changed = [],
    deleted = [],
    resync,
  } = frame as {
    readonly generations?: readonly Generation[];
    readonly changed?: readonly Generation[];
    readonly deleted?: readonly { readonly id: string }[];
    readonly resync?: boolean;
  };
  const changes = [...changed.map(changeText), ...deleted.map(({ id }) => `${shortId(id)} deleted`)];
  if (generations === undefined) return { type: "changes", text: changes.join(", ") };
  return {
    type: "snapshot",
    text: [`${generations.length} active`, resync === true ? "resync" : "continued", ...changes].join(", "),
  };
}

/** Status and progress; for a finished generation its duration and the expected one. Contains no input. */
function changeText(generation: Generation): string {
  const { id, status, progress, createdAt, expectedAt, finishedAt } = generation;
  const name = `${shortId(id)} ${status}`;
  if (!isTerminal(generation)) {
    const percent = progress.value === null ? "" : ` ${Math.round(progress.value * 100)} % (${progress.source})`;
    return `${name}${percent}`;
  }
  const secondsUntil = (end: string) => ((Date.parse(end) - Date.parse(createdAt)) / 1_000).toFixed(1);
  if (finishedAt === null) return name;
  const expected = expectedAt === null ? "" : `, expected ${secondsUntil(expectedAt)} s`;
  return `${name} in ${secondsUntil(finishedAt)} s${expected}`;
}

/** The last 6 characters of an id, for display. */
export function shortId(id: string): string {
  return `…${id.slice(-6)}`;
}
