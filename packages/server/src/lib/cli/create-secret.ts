import { toBase64 } from "../bytes/base64.js";
import { toBase64Url } from "../bytes/base64-url.js";
import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { UsageError } from "./usage-error.js";

/** Creates a secret. */
export const secretCommand: Command = {
  synopsis: ["secret [--webhook] [--json]"],
  help: `Prints a new secret of 32 random bytes, for SAFELIGHT_SECRET or worker.tickSecret. Stores nothing.

  --webhook  a secret for the option webhook.secret: whsec_ and base64
  --json     { secret }`,
  failure: "Could not create a secret",
  async run(args) {
    const { positionals, values } = parseArguments(args, { webhook: { type: "boolean", default: false } });
    if (positionals.length > 0) throw new UsageError("secret takes no arguments.");
    const secret = values.webhook ? `whsec_${toBase64(randomBytes())}` : newSecret();
    return { exitCode: 0, output: values.json ? `${JSON.stringify({ secret })}\n` : `${secret}\n`, errors: "" };
  },
};

/** 32 random bytes in base64url: 43 characters. */
export function newSecret(): string {
  return toBase64Url(randomBytes());
}

function randomBytes(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
