import { z } from "zod";
import { defineModel, type Models } from "../src/lib/model/define-model.js";
import type { Provider } from "../src/lib/ports/provider.js";
import { type ProviderScript, type ScriptedProvider, scriptedProvider } from "./fakes/scripted-provider.js";
import { type WebhookChange, webhookCall, webhookSecret } from "./fakes/webhook-vendor.js";
import { type TestServer, testServer } from "./test-server.js";

/** Input of the scene's model. */
export interface Input {
  readonly prompt: string;
}

export const publicUrl = "https://example.com";
export const running = { type: "running", progress: null } as const;

/** A provider with webhooks whose jobs keep running. */
export function scripted(script: ProviderScript<Input> = {}): ScriptedProvider<Input> {
  return scriptedProvider<Input>({ webhookSecrets: [webhookSecret], poll: [running], ...script });
}

/** A server with a generation of `ann` whose paid request was sent. */
export async function sent(provider: ScriptedProvider<Input>, change: Partial<Provider<Input>> = {}, options = {}) {
  const flux = defineModel({
    provider: { ...provider, ...change },
    input: z.object({ prompt: z.string() }),
    credits: 4,
  });
  const server = await testServer({ models: { flux }, publicUrl, ...options });
  const { id } = await server.as("ann").submit();
  await server.safelight.worker.tick();
  const [request] = provider.submits;
  return { server, id, url: request?.webhookUrl, job: request?.token ?? "" };
}

/** Sends a webhook about the scene's job to the server. */
export async function deliver(
  { server, url, job }: { readonly server: TestServer<Models>; readonly url: string | undefined; readonly job: string },
  change: WebhookChange & Pick<RequestInit, "headers"> = {},
): Promise<Response> {
  const { path, init } = await webhookCall(url, job, { timestamp: server.clock.now(), ...change });
  return server.request(null, path, { ...init, headers: { ...init.headers, ...change.headers } });
}

/** Runs one tick of the worker. Returns the number of generations that it advanced. */
export const tick = ({ server }: { readonly server: TestServer<Models> }) => server.safelight.worker.tick();
