import { setTimeout as pause } from "node:timers/promises";

/** A low rate, so that latency is measured and not a queue. */
const everyMs = 10;

/**
 * Submits at a steady rate for ten owners in turn, and waits for the responses.
 *
 * @returns the duration of each submit, in milliseconds.
 */
export async function submitLatencies(options: {
  readonly port: number;
  readonly count: number;
}): Promise<readonly number[]> {
  const url = `http://127.0.0.1:${options.port}/api/generations`;
  const body = JSON.stringify({ model: "demo", input: { prompt: "a lighthouse at dusk", jobMs: 0 } });
  const submit = async (index: number): Promise<number> => {
    const began = performance.now();
    const headers = { authorization: `submitter-${index % 10}`, "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`A submit got status ${response.status}.`);
    return performance.now() - began;
  };
  const began = performance.now();
  const responses: Promise<number>[] = [];
  while (responses.length < options.count) {
    const ahead = responses.length * everyMs - (performance.now() - began);
    if (ahead > 0) await pause(ahead);
    responses.push(submit(responses.length));
  }
  return Promise.all(responses);
}
