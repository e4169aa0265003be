import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { checkOutgoingWebhook } from "../announce/send-webhook.js";
import { checkSecrets } from "../compose/secrets.js";
import { runCommand } from "./run-command.js";

const secretOf = async (...args: readonly string[]) => {
  const { errors, exitCode, output } = await runCommand(["secret", ...args], {});
  expect([exitCode, errors]).toEqual([0, ""]);
  return output.trim();
};

it("prints a secret that production accepts, another one each time", async () => {
  const [first, second] = [await secretOf(), await secretOf()];
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(second).not.toBe(first);
  expect(checkSecrets(first, "production")).toEqual([first]);
  expect(JSON.parse(await secretOf("--json")).secret).toMatch(/^[\w-]{43}$/);
});

it("--webhook prints a secret that the option webhook accepts", async () => {
  const secret = await secretOf("--webhook");
  expect(() => checkOutgoingWebhook({ url: "https://example.com/hook", secret })).not.toThrow();
});

it("runs as a process, and exits with 2 and the usage for wrong arguments", async () => {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const flags = ["--conditions=@safelight/source", "--import", path("../../../test/source-imports.ts")];
  const child = spawn(process.execPath, [...flags, path("main.ts"), "secret", "more"], { stdio: "pipe" });
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect([exitCode, output]).toEqual([2, ""]);
  expect(errors).toMatch(/^secret takes no arguments\.\n\nsafelight secret \[--webhook\]/);
});
