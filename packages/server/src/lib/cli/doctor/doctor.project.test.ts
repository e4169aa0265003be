import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type HealthyHost, healthyHost } from "../../../../test/projects/healthy-host.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { docsPage } from "../../ports/docs-page.js";
import type { CommandContext } from "../command.js";
import { runCommand } from "../run-command.js";
import type { Finding } from "./finding.js";
import { checkDiskSpace } from "./storage-checks.js";

async function findingsOf({ folder }: HealthyHost, context: CommandContext = {}): Promise<readonly Finding[]> {
  const { errors, exitCode, output } = await runCommand(["doctor", "--project", folder, "--json"], context);
  expect(errors).toBe("");
  const findings = JSON.parse(output);
  expect(exitCode).toBe(findings.length === 0 ? 0 : 1);
  return findings;
}

/** Installs a package that has only a manifest, in place of the linked one. */
function install({ folder, write }: HealthyHost, path: string, manifest: Readonly<Record<string, unknown>>): void {
  rmSync(join(folder, path), { recursive: true, force: true });
  write(`${path}/package.json`, JSON.stringify(manifest));
}

const edit = ({ folder, write }: HealthyHost, path: string, change: (text: string) => string) => {
  const before = readFileSync(join(folder, path), "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  write(path, after);
};

const breaks: readonly (readonly [Finding["id"], string, (host: HealthyHost) => void])[] = [
  ["server-missing", "npx safelight init", ({ folder }) => rmSync(join(folder, "safelight.ts"))],
  [
    "not-mounted",
    "Mount it at /api/generations",
    (host) => edit(host, "server.ts", (text) => text.replace('.route("/api/generations", safelight.app)', "")),
  ],
  [
    "worker-not-started",
    "safelight.worker.start()",
    (host) => edit(host, "server.ts", (text) => text.replace(", () => safelight.worker.start()", "")),
  ],
  [
    "server-code-in-client",
    "import type",
    (host) =>
      edit(host, "page.tsx", (text) => text.replace("import type { SafelightApi }", "import { createSafelight }")),
  ],
  [
    "packages-missing",
    "install of your package manager",
    ({ folder }) => rmSync(join(folder, "node_modules/@safelight/react")),
  ],
  [
    "packages-differ",
    "same version",
    (host) => install(host, "node_modules/@safelight/react", { name: "@safelight/react", version: "9.0.0" }),
  ],
  [
    "several-copies",
    "deduplicate",
    (host) => {
      const manifest = { name: "@safelight/react", version: "0.0.0", peerDependencies: { react: ">=18" } };
      install(host, "node_modules/@safelight/react", manifest);
      install(host, "node_modules/@safelight/react/node_modules/react", { name: "react", version: "19.0.0" });
    },
  ],
  ["peer-missing", "Install libsql", ({ folder }) => rmSync(join(folder, "node_modules/libsql"))],
  [
    "peer-version",
    'Install react@">=99"',
    (host) => {
      const manifest = { name: "@safelight/react", version: "0.0.0", peerDependencies: { react: ">=99" } };
      install(host, "node_modules/@safelight/react", manifest);
    },
  ],
  [
    "module-type",
    '"type": "module"',
    (host) => edit(host, "package.json", (text) => text.replace('"type":"module",', "")),
  ],
  [
    "tsconfig-resolution",
    'moduleResolution to "bundler"',
    ({ write }) => {
      write("base.json", '{ "compilerOptions": { "module": "esnext", /* old */ "moduleResolution": "Node" } }');
      write("tsconfig.json", '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }');
      write("tsconfig.app.json", '{ "extends": "./base.json" }');
    },
  ],
  ["drizzle-filter", "tablesFilter", ({ write }) => write("drizzle.config.ts", "export default { out: 'drizzle' };")],
  [
    "proxy-matcher",
    "Add a matcher",
    ({ write }) => write("proxy.ts", 'import { NextResponse } from "next/server";\nexport function proxy() {}\n'),
  ],
  [
    "secret-in-code",
    "process.env.SAFELIGHT_SECRET",
    (host) => edit(host, "safelight.ts", (text) => text.replace("process.env.SAFELIGHT_SECRET", `"${"a".repeat(32)}"`)),
  ],
  ["secret-missing", "npx safelight secret", ({ write }) => write(".env", "FAL_KEY=key\n")],
  ["secret-short", "npx safelight secret", ({ write }) => write(".env", "FAL_KEY=key\nSAFELIGHT_SECRET=short\n")],
  ["variable-missing", "Set FAL_KEY", ({ write }) => write(".env", `SAFELIGHT_SECRET=${"s".repeat(43)}\n`)],
  ["files-in-git", "Add .env to .gitignore", ({ write }) => write(".gitignore", "node_modules\n*.db*\n/media\n")],
  [
    "files-in-git",
    "git rm -r --cached .env",
    ({ folder }) => void execFileSync("git", ["add", "-f", ".env"], { cwd: folder }),
  ],
  ["storage-folder", "another folder", ({ write }) => write("media", "a file")],
];

describe("safelight doctor --project", () => {
  it("prints nothing for a healthy host, and exits with 0", async () => {
    const host = await healthyHost();
    mkdirSync(join(host.folder, "media"));
    expect(await findingsOf(host)).toEqual([]);
    expect(await runCommand(["doctor", "--project", host.folder], {})).toEqual({ exitCode: 0, output: "", errors: "" });
  });

  it.each(breaks)("reports %s with its fix", async (id, fix, breakHost) => {
    const host = await healthyHost();
    breakHost(host);
    const findings = await findingsOf(host);
    expect(findings.map((found) => found.id)).toEqual([id]);
    expect(findings[0]?.fix).toContain(fix);
  });

  it("ignores a copy in a folder above that the project does not use", async () => {
    const { folder } = await healthyHost();
    const nested = {
      folder: join(folder, "app"),
      write: (path: string, text: string) => write(join("app", path), text),
    };
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    nested.write("package.json", JSON.stringify({ dependencies: { "@safelight/server": "*" } }));
    const own = "node_modules/@safelight/server";
    install(nested, own, { version: "0.0.0", dependencies: { "@safelight/client": "*" } });
    install(nested, `${own}/node_modules/@safelight/client`, { version: "0.0.0" });
    expect((await findingsOf(nested)).map(({ id }) => id)).toEqual(["server-missing"]);
  });

  it("reports an old version of Node", async () => {
    const findings = await findingsOf(await healthyHost(), { nodeVersion: "20.19.0" });
    expect(findings).toMatchObject([{ id: "node-version", fix: "Install a newer version of Node." }]);
  });

  it("reports a full volume", () => {
    expect(checkDiskSpace("./media", 5 * 1_024 * 1_024)).toMatchObject([
      { id: "disk-space", message: "The volume of ./media has 5 MiB left." },
    ]);
    expect(checkDiskSpace("./media", 5_000_000_000)).toEqual([]);
  });

  it("prints one line for each problem, and with --quiet only errors", async () => {
    const host = await healthyHost();
    host.write(".env", "SAFELIGHT_SECRET=short\n");
    const run = (...args: readonly string[]) => runCommand(["doctor", "--project", host.folder, ...args], {});
    expect(
      (await run()).output,
    ).toBe(`error secret-short: SAFELIGHT_SECRET has less than 32 characters. Set SAFELIGHT_SECRET to the output of \`npx safelight secret\`. ${docsPage("doctor", "secret-short")}
warning variable-missing: FAL_KEY is not set. Set FAL_KEY in .env or in the environment. ${docsPage("doctor", "variable-missing")}
`);
    expect(JSON.parse((await run("--quiet", "--json")).output)).toMatchObject([{ id: "secret-short" }]);
    host.write(".env", `SAFELIGHT_SECRET=${"s".repeat(43)}\n`);
    expect(await run("--quiet")).toEqual({ exitCode: 0, output: "", errors: "" });
  });

  it("checks each option that is a secret", async () => {
    const host = await healthyHost();
    const webhook = 'webhook: { url: "https://example.com", secret: process.env.HOOK_SECRET },';
    edit(host, "safelight.ts", (source) => source.replace("  secret: process", `  ${webhook}\n  secret: process`));
    host.write(".env", "FAL_KEY=key\n");
    expect(await findingsOf(host)).toMatchObject([
      { id: "secret-missing", message: "HOOK_SECRET is not set: production needs it." },
      { id: "secret-missing", message: "SAFELIGHT_SECRET is not set: production needs it." },
    ]);
  });

  it("accepts missing variables that the host reads as optional", async () => {
    const host = await healthyHost();
    const lines = [
      'const folder = process.env.MEDIA ?? "./media";',
      "const days = Number(process.env.DAYS) || 30;",
      "const origin = process.env.ORIGIN && new URL(process.env.ORIGIN).origin;",
      "const hook = process.env.HOOK ? { url: process.env.HOOK, secret: process.env.HOOK } : undefined;",
      "const names = process.env.NAMES?.split();",
      "if (process.env.CACHE) connect(process.env.CACHE);",
      "const hasPages = Boolean(process.env.PAGES);",
      'const isClosed = process.env.CLOSED === "yes";',
      "const bus = process.env.BUS === undefined ? null : new URL(process.env.BUS);",
      "if (process.env.PROXY !== undefined) connect(process.env.PROXY);",
    ];
    edit(host, "safelight.ts", (source) => [source, ...lines].join("\n"));
    expect(await findingsOf(host)).toEqual([]);
  });

  it("reports missing variables that the host needs, also if it throws without them", async () => {
    const host = await healthyHost();
    const lines = [
      'if (!process.env.FIRST) throw new Error("Set FIRST.");',
      'if (process.env.SECOND === undefined) throw new Error("Set SECOND.");',
      "const url = new URL(process.env.THIRD);",
    ];
    edit(host, "safelight.ts", (source) => [source, ...lines].join("\n"));
    const findings = await findingsOf(host);
    expect(findings.map(({ id, message }) => `${id}: ${message}`)).toEqual([
      "variable-missing: FIRST is not set.",
      "variable-missing: SECOND is not set.",
      "variable-missing: THIRD is not set.",
    ]);
  });

  it("passes over an import with the name of a member that every object inherits", async () => {
    const host = await healthyHost();
    edit(host, "safelight.ts", (source) => `${source}\nimport "constructor";\n`);
    expect(await findingsOf(host)).toEqual([]);
  });

  it("does not report a binding of a Worker as a missing variable", async () => {
    const host = await healthyHost();
    host.write("wrangler.jsonc", '{ "d1_databases": [{ "binding": "DB" }], "vars": { "TITLE": "Posters" } }');
    edit(host, "safelight.ts", (source) => `${source}\nconst used = [env.DB, env.TITLE, env.OTHER];\n`);
    expect(await findingsOf(host)).toMatchObject([{ id: "variable-missing", message: "OTHER is not set." }]);
  });

  it("takes variables of the environment", async () => {
    const host = await healthyHost();
    host.write(".env", "");
    const variables = { SAFELIGHT_SECRET: "s".repeat(43), FAL_KEY: "key" };
    expect(await findingsOf(host, { variables })).toEqual([]);
  });

  it("--report adds versions and names of variables, without their values", async () => {
    const { folder } = await healthyHost();
    const { output } = await runCommand(["doctor", "--project", folder, "--report", "--json"], {});
    expect(JSON.parse(output)).toMatchObject({
      project: {
        servers: ["safelight.ts"],
        packages: { libsql: "0.5.29" },
        variables: { ".env": ["FAL_KEY", "SAFELIGHT_SECRET"] },
      },
      findings: [],
    });
    expect(output).not.toContain("sss");
  });

  it("exits with 2 for a folder without a package.json, and for wrong arguments", async () => {
    const folder = await tempFolder("empty");
    expect(await runCommand(["doctor", "--project", folder], {})).toEqual({
      exitCode: 2,
      output: "",
      errors: `Could not check the project: No package.json in ${folder}: pass the folder of your project.\n`,
    });
    writeFileSync(join(folder, "package.json"), "{");
    expect((await runCommand(["doctor", "--project", folder], {})).errors).toContain("is not valid JSON");
    for (const args of [["--db", "app.db"], ["--server", "app"], ["--header", "secret-session"], ["."]]) {
      const { errors, exitCode } = await runCommand(["doctor", ...args], {});
      expect([exitCode, errors.includes("safelight doctor [--project .]")]).toEqual([2, true]);
      expect(errors).not.toContain("secret-session");
    }
  });

  it("runs as a process: 0 when healthy, 1 with a problem", async () => {
    const host = await healthyHost();
    const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const flags = ["--conditions=@safelight/source", "--import", path("../../../../test/source-imports.ts")];
    const run = async () => {
      const child = spawn(process.execPath, [...flags, path("../main.ts"), "doctor"], {
        cwd: host.folder,
        stdio: "pipe",
      });
      const [output, errors, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "exit"),
      ]);
      return { exitCode, output, errors };
    };
    expect(await run()).toEqual({ exitCode: 0, output: "", errors: "" });
    host.write("media", "a file");
    expect(await run()).toMatchObject({ exitCode: 1, output: expect.stringMatching(/^error storage-folder: .*\n$/) });
  });
});
