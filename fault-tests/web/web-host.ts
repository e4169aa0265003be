import { fork } from "node:child_process";
import type { Problem, SubmitResponse } from "@safelight/client/contract";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource } from "../ground/proving-ground.js";

/** A submit as a browser sends it. */
export interface WebSubmit {
  readonly ownerId: string;
  readonly key: string;
  readonly prompt: string;
}

/** The response of a server. */
export type WebResponse =
  | { readonly status: 200 | 202; readonly body: SubmitResponse }
  | { readonly status: number; readonly body: Problem };

/** Two server processes on one database, reached over HTTP. */
export interface WebHost {
  /** The same database, for assertions. */
  readonly store: Store;
  /** Sends a submit, to the servers in turn. */
  submit(submit: WebSubmit): Promise<WebResponse>;
  close(): Promise<void>;
}

/** Starts the servers. */
export async function startWebHost(source: GroundSource): Promise<WebHost> {
  const ground = await openGround(source);
  const store = ground.open();
  await store.migrate();
  const script = await bundleScript(new URL("./web-server.ts", import.meta.url));
  const children = [1, 2].map(() =>
    fork(script.path, [ground.url], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }),
  );
  const ports = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve, reject) => {
          child.once("message", resolve);
          child.once("exit", (code) => reject(new Error(`a server ended with ${code}`)));
        }),
    ),
  );
  let count = 0;
  return {
    store,
    async submit({ ownerId, key, prompt }) {
      count += 1;
      const url = `http://127.0.0.1:${ports[count % ports.length]}/api/generations`;
      const post = () =>
        fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${ownerId}`, "idempotency-key": key },
          body: JSON.stringify({ model: "demo", input: { prompt } }),
        });
      // The server may close an idle connection at this moment. A repeat with the same key is safe.
      const response = await post().catch(post);
      // The contract defines the response of this route.
      return { status: response.status, body: await response.json() } as WebResponse;
    },
    async close() {
      for (const child of children) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await ended;
      }
      await store.close();
      await ground.drop();
      await script.remove();
    },
  };
}

/** Whether a submit was accepted (202), or was a repeat of an accepted one (200). */
export function isAccepted(response: WebResponse): response is Extract<WebResponse, { readonly status: 200 | 202 }> {
  return response.status === 202 || response.status === 200;
}
