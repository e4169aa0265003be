import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const rooms = fileURLToPath(new URL("..", import.meta.url));

/** Runs a module in a process that can load no file after it calls `block`, as without a free file descriptor. */
async function run(code: string): Promise<string> {
  const start = `
    import { registerHooks } from "node:module";
    const loaded = [];
    let isBlocked = false;
    const block = () => { isBlocked = true; };
    registerHooks({
      resolve: (name, context, next) => next(/^[.]{1,2}[/].*[.]js$/.test(name) ? name.replace(/js$/, "ts") : name, context),
      load: (url, context, next) => {
        if (isBlocked && url.startsWith("file:")) throw new Error("EMFILE: too many open files");
        loaded.push(url);
        return next(url, context);
      },
    });
    const room = (path) => import(process.argv[1] + path);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", start + code, rooms], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  return output.trim();
}

it.each([
  ["a copier", ""],
  [
    "the copier of a worker",
    `const { lazySpool } = await room("copier/spool/lazy-spool.ts");
     const { withSpoolHealth } = await room("copier/spool/with-spool-health.ts");
     deps.spool = withSpoolHealth(lazySpool({ logger: console }), () => 0);`,
  ],
])("%s loads the modules of a copy before the first copy", async (_name, withSpool) => {
  const code = `
    import { createServer } from "node:http";
    const deps = {};
    ${withSpool}
    const { guardedCopier } = await room("copier/guarded-copier.ts");
    const copier = guardedCopier(deps);
    await copier.load?.();
    block();
    const server = createServer((_, response) => response.end("bytes")).listen(0, "127.0.0.1", async () => {
      const origin = "http://127.0.0.1:" + server.address().port;
      const copy = copier.copy({ url: origin, hosts: [origin], maxBytes: 100, signal: AbortSignal.timeout(60_000) });
      console.log(await copy.then(({ type }) => type, ({ message }) => message));
      server.close();
    });
  `;
  expect(await run(code)).toBe("copied");
});

it.each([
  ["libsqlStore", "libsql", `(await room("store/libsql/libsql-store.ts")).libsqlStore({ url: "file:test.db" });`],
  [
    "s3Storage",
    "aws4fetch",
    `const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
     (await room("storage/s3/s3-storage.ts")).s3Storage({ bucket: "media", region: "auto", ...credentials });`,
  ],
])("%s loads %s before its first use", async (_name, peer, code) => {
  const report = `process.on("exit", () => console.log(loaded.some((url) => url.includes("/node_modules/${peer}/"))));`;
  expect(await run(code + report)).toBe("true");
});
