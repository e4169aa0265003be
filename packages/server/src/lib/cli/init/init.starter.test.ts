import { describe, expect, it } from "vitest";
import { freshProject } from "../../../../test/projects/fresh-project.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { runCommand } from "../run-command.js";

const starter = (folder: string, ...args: readonly string[]) =>
  runCommand(["init", folder, "--starter", "--yes", "--no-install", ...args], {});
const page = ["account.tsx", "history.tsx", "poster-form.tsx", "posters.tsx", "sign-in.tsx"];

describe("safelight init --starter", () => {
  it.each(["", "src/"])("writes a page, its routes and a session for Next in %j", async (folder) => {
    const project = await freshProject(["next"], { "tsconfig.json": "{}", [`${folder}app/page.tsx`]: "" });
    const { errors, exitCode } = await starter(project.folder);
    expect([exitCode, errors]).toEqual([0, ""]);
    const inPosters = [...page, "hooks.ts", "page.tsx", "posters-page.tsx", "providers.tsx"];
    expect(project.files()).toEqual(
      expect.arrayContaining([
        ...inPosters.map((name) => `${folder}app/posters/${name}`),
        ...["lib/session.ts", "app/api/session/route.ts", "app/api/buy/route.ts"].map((path) => `${folder}${path}`),
      ]),
    );
    expect(project.read(`${folder}lib/safelight.ts`)).toMatch(/from "\.\/session";[\s\S]*\n {2}identify,\n/);
    const secrets = /^SAFELIGHT_SECRET=([\w-]{43})\nSESSION_SECRET=([\w-]{43})\n$/.exec(
      project.read(".env.local") ?? "",
    );
    expect(secrets?.[1]).not.toBe(secrets?.[2]);
    // The page of the template stays.
    expect(project.read(`${folder}app/page.tsx`)).toBe("");
  });

  it("makes a project for Express in an empty folder, and changes nothing when it is repeated", async () => {
    const folder = await tempFolder("empty");
    const run = async (...args: readonly string[]) =>
      JSON.parse((await starter(folder, "--framework", "express", "--json", ...args)).output);
    const { install, plan } = await run("--admin");
    const paths = plan.files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["package.json", "index.html", "server/accounts.ts", "src/hooks.ts"]));
    expect(paths).toEqual(expect.arrayContaining(page.map((name) => `src/${name}`)));
    expect(install[0]).toMatchObject({ command: "npm", args: expect.arrayContaining(["pkg", "set", "type=module"]) });
    expect(plan.devPackages).toEqual(expect.arrayContaining(["@types/node", "@types/express", "vite", "typescript"]));
    expect(plan.additions.at(-1)).toEqual({
      path: ".gitignore",
      lines: [".env", "*.db*", "/media", "node_modules", "dist"],
    });
    for (const script of ["scripts.dev", "scripts.start"])
      expect(plan.manifest[script]).toContain(" --env-file-if-exists=.env ");
    expect(plan.pastes.map(({ into }: { into: string }) => into)).toEqual(["server/server.ts, before a body parser"]);
    const again = await run("--admin");
    expect(again.plan.files.every(({ state }: { state: string }) => state === "equal")).toBe(true);
    expect(again.plan.additions).toEqual([]);
  });

  it("keeps the scripts and the type of a project", async () => {
    const project = await freshProject(["express"]);
    project.write("package.json", JSON.stringify({ type: "commonjs", scripts: { dev: "mine" } }));
    const { output } = await starter(project.folder, "--framework", "express", "--json");
    const { manifest, pastes } = JSON.parse(output).plan;
    expect(Object.keys(manifest)).toEqual(["scripts.build", "scripts.start"]);
    expect(pastes).toEqual([{ into: "package.json, in place of its type", text: '"type": "module",\n' }]);
  });

  it.each([
    [["--framework", "hono"], "--starter is for next and express: leave it out."],
    [["--auth", "clerk"], "--starter has a sign-in of its own: leave --auth out."],
    [[], "--starter writes TypeScript, and the project has no tsconfig.json."],
  ])("exits with 2 for %j", async (args, reason) => {
    const project = await freshProject(["next"], { "app/page.js": "" });
    const before = project.files();
    const { errors, exitCode } = await starter(project.folder, ...args);
    expect(exitCode).toBe(2);
    expect(errors).toContain(reason);
    expect(project.files()).toEqual(before);
  });
});
