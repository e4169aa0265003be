import { type ChildProcess, fork } from "node:child_process";
import type { SubmitResponse } from "@safelight/client/contract";
import { pause } from "../cluster/pause.js";
import type { WebSubmit } from "../web/web-host.js";

/** Max time for a submit with its retries, in milliseconds. */
const submitsWithinMs = 120_000;

/** Web processes behind a balancer, which sends each submit to the next one. */
export class WebFleet {
  readonly #databaseUrl: string;
  readonly #ports = new Map<ChildProcess, number>();
  #sent = 0;
  /** Submits that were sent again: a process was gone, or responded with 503. */
  retries = 0;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Starts a process, which migrates the database first, and sends it submits. */
  async start(script: string): Promise<ChildProcess> {
    const child = fork(script, [this.#databaseUrl], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const port = await new Promise<number>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`a server ended with ${code}`)));
    });
    this.#ports.set(child, port);
    return child;
  }

  /** Kills a process with its open requests. */
  async stop(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    this.#ports.delete(child);
  }

  async stopAll(): Promise<void> {
    for (const child of [...this.#ports.keys()]) await this.stop(child);
  }

  /**
   * Sends a submit, again with the same key after a 503 and after a lost connection, as the client does.
   *
   * @returns the id of the generation.
   * @throws {Error} if it is refused, or was not accepted in time.
   */
  async submit({ key, ownerId, prompt }: WebSubmit): Promise<string> {
    const body = JSON.stringify({ model: "demo", input: { prompt }, scope: key });
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${ownerId}`,
      "idempotency-key": key,
    };
    const until = performance.now() + submitsWithinMs;
    for (let last = ""; ; this.retries += 1, await pause(50)) {
      if (performance.now() > until) throw new Error(`${key} was not accepted in time: ${last}`);
      const ports = [...this.#ports.values()];
      this.#sent += 1;
      const url = `http://127.0.0.1:${ports[this.#sent % ports.length]}/api/generations`;
      const response = await fetch(url, { method: "POST", headers, body }).catch((error: unknown) => {
        last = String(error);
        return null;
      });
      const text = await response?.text().catch(() => null);
      // The process was gone before the response, or before its end.
      if (response === null || typeof text !== "string") continue;
      // The contract defines the response of this route.
      if (response.ok) return (JSON.parse(text) as SubmitResponse).generation.id;
      last = text;
      if (response.status !== 503) throw new Error(`${key} got ${response.status}: ${text}`);
    }
  }
}
