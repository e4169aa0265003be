import assert from "node:assert/strict";

/** Fields of a generation that the tests read. */
export interface Generation {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly value: number | null };
  readonly outputs?: readonly {
    readonly url: string;
    readonly byteLength: number;
    readonly provenance?: { readonly marked: boolean } | null;
  }[];
}

/** A changed generation of a stream; `null` data for a heartbeat, and for a frame without changes. */
export interface StreamEvent {
  readonly event: "generation" | "heartbeat" | "other";
  readonly data: Generation | null;
}

/** Reads the events of a response until `isLast`, or until the stream ends. */
export async function readEvents(
  response: Response,
  isLast: (event: StreamEvent) => boolean,
): Promise<readonly StreamEvent[]> {
  assert.equal(response.status, 200, response.ok ? "" : await response.text());
  assert(response.body !== null);
  const events: StreamEvent[] = [];
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      for (const event of toEvents(block)) {
        events.push(event);
        if (isLast(event)) return events;
      }
    }
  }
  return events;
}

/** A frame may have several changed generations. */
function toEvents(block: string): readonly StreamEvent[] {
  if (block === ":") return [{ event: "heartbeat", data: null }];
  const [, data] = /^(?:retry: \d+\n)?data: (.*)$/.exec(block) ?? [];
  assert(data !== undefined, `not an event of the stream: ${block}`);
  const { changed = [] }: { readonly changed?: readonly Generation[] } = JSON.parse(data);
  if (changed.length === 0) return [{ event: "other", data: null }];
  return changed.map((generation) => ({ event: "generation", data: generation }));
}
