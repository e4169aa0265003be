import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { freshProject } from "../../../../test/projects/fresh-project.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { runCommand } from "../run-command.js";

const next = () => freshProject(["next", "react"], { "tsconfig.json": "{}", "app/page.tsx": "" });
const init = (folder: string, ...args: readonly string[]) =>
  runCommand(["init", folder, "--yes", "--no-install", ...args], {});

describe("safelight init", () => {
  it("leaves a file with another text, and shows the difference", async () => {
    const project = await next();
    await init(project.folder);
    const path = "app/api/generations/[[...path]]/route.ts";
    const own = `${project.read(path)}// my own line\n`;
    project.write(path, own);
    const { exitCode, output } = await init(project.folder);
    expect(exitCode).toBe(0);
    expect(output).toContain(`keep, it differs  ${path}`);
    expect(output).toContain(`${path} exists and stays.`);
    expect(output).toMatch(/^ {4}- \/\/ my own line$/m);
    expect(project.read(path)).toBe(own);
  });

  it("keeps variables and lines that exist, and adds names to .env.example", async () => {
    const project = await next();
    project.write(".env.local", `SAFELIGHT_SECRET=${"mine".repeat(8)}`);
    project.write(".env.example", "OTHER=\n");
    project.write(".gitignore", "node_modules\n.env*\n*.db*");
    await init(project.folder, "--provider", "fal", "--db", "postgres://user:pass@host/db");
    expect(project.read(".env.local")).toBe(
      `SAFELIGHT_SECRET=${"mine".repeat(8)}\nDATABASE_URL=postgres://user:pass@host/db\nFAL_KEY=\n`,
    );
    expect(project.read(".env.example")).toBe("OTHER=\nSAFELIGHT_SECRET=\nDATABASE_URL=\nFAL_KEY=\n");
    expect(project.read(".gitignore")).toBe("node_modules\n.env*\n*.db*\n/media\n");
    expect(project.read("lib/safelight.ts")).not.toContain("pass");
  });

  it("writes no variables to a file that git tracks, and names them as the next step", async () => {
    const project = await freshProject(["hono"], { "tsconfig.json": "{}", ".env": "TITLE=Studio\n" });
    for (const args of [
      ["init", "-q"],
      ["add", ".env"],
    ])
      execFileSync("git", args, { cwd: project.folder });
    const { output } = await init(project.folder, "--framework", "hono", "--provider", "fal");
    expect(project.read(".env")).toBe("TITLE=Studio\n");
    expect(project.read(".gitignore")).toBe("*.db*\n/media\n");
    expect(output).toContain("Set SAFELIGHT_SECRET, FAL_KEY in a file that git ignores: .env is in git");
  });

  it("prints neither the secret nor the URL of the database, and lets only its user read them", async () => {
    const project = await next();
    const { output } = await init(project.folder, "--db", "postgres://user:pass@host/db");
    const json = await init(project.folder, "--db", "postgres://user:pass@host/db", "--json");
    const secret = /SAFELIGHT_SECRET=(.+)/.exec(project.read(".env.local") ?? "")?.[1] ?? "";
    expect(secret).toHaveLength(43);
    for (const shown of [output, json.output]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain("pass@");
    }
    expect(statSync(join(project.folder, ".env.local")).mode & 0o777).toBe(0o600);
  });

  it.each(["*.local", ".env*", ".env.*", ".env*.local", "!.dev.vars", "vars/", "#.dev.vars"])(
    "adds the variables of a Worker to a .gitignore with %s",
    async (line) => {
      const project = await freshProject(["wrangler"], { "wrangler.jsonc": "{}", ".gitignore": `${line}\n` });
      await init(project.folder);
      expect(project.read(".gitignore")).toBe(`${line}\n.dev.vars\n*.db*\n/media\n`);
    },
  );

  it.each([
    ["file:data/app.sqlite", "", ["/data/app.sqlite*"]],
    ["file:./app.sqlite3", "", ["/app.sqlite3*"]],
    ["file:app.sqlite", "*.sqlite", ["/app.sqlite*"]],
    ["file:data/app.sqlite", "data/", []],
    ["file:app.sqlite", "*.sqlite*", []],
    ["file:data/app.db", "", []],
    ["file:/srv/app.sqlite", "", []],
    ["postgres://user@host/db", "", []],
  ])("keeps the database %s out of git, with %j in .gitignore", async (db, line, added) => {
    const project = await next();
    project.write(".gitignore", `.env*\nmedia\n*.db*\n${line}\n`);
    await init(project.folder, "--db", db);
    expect(project.read(".gitignore")?.split("\n").slice(4).filter(Boolean)).toEqual(added);
  });

  it("reads the session of Auth.js from the headers, as its recipe does", async () => {
    const project = await next();
    await init(project.folder, "--auth", "auth-js");
    const module = project.read("lib/safelight.ts");
    expect(module).toContain("getToken({ req: { headers }, ");
    expect(module).not.toContain("auth()");
  });

  it("--agents writes a section between markers, and replaces only that", async () => {
    const project = await next();
    await init(project.folder, "--agents");
    const section = project.read("AGENTS.md") ?? "";
    expect(section).toMatch(/^<!-- safelight -->\n[\s\S]*<!-- \/safelight -->\n$/);
    project.write("AGENTS.md", `# Mine\n\n<!-- safelight -->\nold\n<!-- /safelight -->\n\nAfter.\n`);
    await init(project.folder, "--agents");
    expect(project.read("AGENTS.md")).toBe(`# Mine\n\n${section.trimEnd()}\n\nAfter.\n`);
    const again = await init(project.folder, "--agents", "--json");
    expect(JSON.parse(again.output).plan.agents).toBeNull();
  });

  it("--agents installs the package with the docs that the section names, also without React", async () => {
    const project = await freshProject(["express"]);
    const [plain, withAgents] = [
      await init(project.folder, "--dry-run", "--json"),
      await init(project.folder, "--dry-run", "--json", "--agents"),
    ].map(({ output }) => JSON.parse(output).plan);
    expect(plain.packages).not.toContain("@safelight/client");
    expect(withAgents.packages).toContain("@safelight/client");
    expect(withAgents.agents).toContain("node_modules/@safelight/client/");
  });

  it.each([
    ["{}", ".js", "npx tsx"],
    ['{ "compilerOptions": { "allowImportingTsExtensions": true } }', ".ts", "node"],
    ['{ "files": [], "references": [{ "path": "./tsconfig.node.json" }] }', ".ts", "node"],
  ])("imports with the extension that the compiler and the runtime accept: %s", async (config, extension, runner) => {
    const node = '{ "compilerOptions": { "allowImportingTsExtensions": true } }';
    const files = { "tsconfig.json": config, "tsconfig.node.json": node, "server.ts": "" };
    const project = await freshProject(["express"], files);
    const { plan } = JSON.parse((await init(project.folder, "--admin", "--json")).output);
    expect(project.read("admin.ts")).toContain(`from "./safelight${extension}";`);
    expect(plan.pastes[0].text).toContain(`from "./safelight${extension}";`);
    expect(plan.next[0]).toBe(`${runner} --env-file=.env server.ts`);
  });

  it("leaves a project in which doctor finds only packages to install", async () => {
    const project = await next();
    await init(project.folder);
    const { output } = await runCommand(["doctor", "--project", project.folder, "--json"], {});
    const ids = JSON.parse(output).map(({ id }: { id: string }) => id);
    expect(new Set(ids)).toEqual(new Set(["packages-missing", "peer-missing"]));
  });

  it("uses the host's module of its auth library", async () => {
    const project = await next();
    project.write("lib/auth.ts", "");
    await init(project.folder, "--auth", "better-auth");
    expect(project.read("lib/safelight.ts")).toContain('import { auth } from "./auth";');
    expect(project.read("lib/safelight.ts")).toContain("auth.api.getSession({ headers })");
  });

  it("runs the package manager of the lock file with the packages that are missing", async () => {
    const project = await next();
    project.write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
    project.write("bin/pnpm", `#!/bin/sh\necho "$@" >> "${join(project.folder, "calls.txt")}"\nexit $EXIT\n`);
    chmodSync(join(project.folder, "bin/pnpm"), 0o755);
    const variables = { PATH: `${join(project.folder, "bin")}:/usr/bin:/bin`, EXIT: "0" };
    const args = ["init", project.folder, "--yes", "--db", "postgres://user@host/db"];
    expect(await runCommand(args, { variables })).toMatchObject({ exitCode: 0 });
    expect(project.read("calls.txt")).toBe(
      "add @safelight/server @safelight/client @safelight/react @tanstack/react-query @safelight/demo-provider pg hono zod\nadd -D @types/pg @types/node\n",
    );
    const failed = await runCommand(args, { variables: { ...variables, EXIT: "7" } });
    expect(failed).toMatchObject({
      exitCode: 2,
      errors: expect.stringMatching(/`pnpm add .*` exited with 7: run it again/),
    });
  });

  it("never asks without a terminal: exits with 2, and names the option", async () => {
    const project = await next();
    const before = project.files();
    const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const flags = ["--conditions=@safelight/source", "--import", path("../../../../test/source-imports.ts")];
    const child = spawn(process.execPath, [...flags, path("../main.ts"), "init"], {
      cwd: project.folder,
      stdio: "pipe",
    });
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect([exitCode, output]).toEqual([2, ""]);
    expect(errors).toMatch(/^Without a terminal, pass --yes to carry out the plan, or --dry-run to see it\.\n/);
    expect(project.files()).toEqual(before);
  });

  // `script` of util-linux runs a command at a terminal.
  it.skipIf(!existsSync("/usr/bin/script"))(
    "asks at a terminal, and changes nothing if the plan is refused",
    async () => {
      const project = await next();
      const before = project.files();
      const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
      const flags = `--conditions=@safelight/source --import ${path("../../../../test/source-imports.ts")}`;
      // Without a size, the terminal has no columns.
      const command = `stty cols 100 rows 40; ${process.execPath} ${flags} ${path("../main.ts")} init --no-install`;
      const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: project.folder, stdio: "pipe" });
      const answers = [
        ["Which provider makes the images?", "\r"],
        ["Which library has your sessions?", "\r"],
        ["Carry out the plan?", "n"],
      ];
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        const [question = "", answer = ""] = answers[0] ?? [];
        if (question === "" || !output.includes(question)) return;
        answers.shift();
        child.stdin.write(answer);
      });
      const [exitCode] = await once(child, "exit");
      expect(answers).toEqual([]);
      expect(output).toContain("create  lib/safelight.ts");
      expect([exitCode, output.trimEnd().endsWith("Nothing was changed.")]).toEqual([1, true]);
      expect(project.files()).toEqual(before);
    },
  );

  it.each([
    [["--framework", "rails"], 'Unknown framework "rails": use next, tanstack-start'],
    [["--provider", "paint"], 'Unknown provider "paint": use demo, fal'],
    [["--auth", "none2"], 'Unknown auth "none2": use none, better-auth'],
    [["--auth", "auth-js", "--framework", "hono"], "--auth auth-js is for Next.js."],
    [["--pm", "pip"], 'Unknown package manager "pip": use npm, pnpm, yarn, bun.'],
    [["--db", "app.db"], '"app.db" is not a URL. For a file, use file:app.db'],
    [["other"], "Pass one folder."],
  ])("exits with 2 for %j", async (args, reason) => {
    const project = await next();
    const before = project.files();
    const { errors, exitCode } = await init(project.folder, ...args);
    expect(exitCode).toBe(2);
    expect(errors).toContain(reason);
    expect(project.files()).toEqual(before);
  });

  it("exits with 2 in a folder without a project, and for an unknown framework", async () => {
    const { errors, exitCode } = await init(await tempFolder("empty"));
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^Could not set up the project: No package\.json in .*\n {2}npx create-next-app@latest/);
    const project = await freshProject(["koa"]);
    expect((await init(project.folder)).errors).toMatch(/^No known framework in .*: pass --framework next\|/);
  });
});
