import { setTimeout as pause } from "node:timers/promises";

/** A pace that leaves the machine idle for most of the time: what is measured is latency, and not a queue. */
const everyMs = 10;

/**
 * Submits at a steady pace, each for an owner of ten, and waits for the answers.
 *
 * @returns how long each took, in milliseconds.
 */
export async function submitLatencies(options: {
  readonly port: number;
  readonly count: number;
}): Promise<readonly number[]> {
  const url = `http://127.0.0.1:${options.port}/api/generations`;
  const body = JSON.stringify({ model: "demo", input: { prompt: "a lighthouse at dusk", developMs: 0 } });
  const submit = async (index: number): Promise<number> => {
    const began = performance.now();
    const headers = { authorization: `submitter-${index % 10}`, "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`A submit was answered ${response.status}.`);
    return performance.now() - began;
  };
  const began = performance.now();
  const answers: Promise<number>[] = [];
  while (answers.length < options.count) {
    const ahead = answers.length * everyMs - (performance.now() - began);
    if (ahead > 0) await pause(ahead);
    answers.push(submit(answers.length));
  }
  return Promise.all(answers);
}
