import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { it } from "node:test";
import { dataFolder, type HostCommand, json, type RunningHost, startHost } from "./running-host.ts";
import { type Check, smokeHost } from "./smoke.ts";

/** A framework whose app `safelight init` sets up. */
export interface FreshAppOptions {
  /** Name of the host in the table. */
  readonly title: string;
  /** Its name in the plan of `safelight init`. */
  readonly framework: string;
  /** Shell command that creates the app in the folder `app`. */
  readonly create: string;
  /** Path of the server module that `safelight init` writes. */
  readonly module: string;
  /** Extension of a relative import, where Node runs the sources. */
  readonly importExtension?: ".ts";
  /** Further packages to install. */
  readonly more?: readonly string[];
  /** Makes the changes that `safelight init` leaves to the user. */
  readonly paste?: (app: string, pastes: readonly Paste[]) => void;
  readonly build?: string;
  /** Starts the built app, in its folder. */
  readonly start: Omit<HostCommand, "cwd" | "needsPort">;
  /** Packages of the app whose versions the table shows. */
  readonly packages: readonly string[];
  readonly exempt?: Readonly<Partial<Record<Check, string>>>;
}

/** A change that `safelight init` prints. */
export interface Paste {
  readonly into: string;
  readonly text: string;
}

const here = import.meta.dirname;
const app = join(here, "app");
const { HOST_PNPM: pnpm = "pnpm" } = process.env;

/**
 * Registers the tests of a framework. The first serves an image from the files of `safelight init` as they are. The
 * others replace the server module, and run the tests of every host.
 */
export function smokeFreshApp(options: FreshAppOptions): void {
  const { build, packages, start, title } = options;
  const command: HostCommand = {
    ...start,
    cwd: app,
    needsPort: true,
    env: { NODE_ENV: "production", HOST: "127.0.0.1", NEXT_TELEMETRY_DISABLED: "1", ...start.env },
  };

  it(`serves an image of ${title} from the files of safelight init`, async () => {
    createApp(options);
    if (build !== undefined) run(build, app);
    await checkApp(await startHost(command, { folder: dataFolder() }));
  });

  smokeHost(title, {
    start: async () => {
      const { importExtension = "", module } = options;
      copyFileSync(new URL("./safelight.ts", import.meta.url), join(app, module));
      writeFileSync(
        join(app, dirname(module), basename(module).replace("safelight", "admin")),
        `export { admin } from "./${basename(module, ".ts")}${importExtension}";\n`,
      );
      if (build !== undefined) run(build, app);
      return command;
    },
    packages: [...packages, "node"],
    folder: app,
    exempt: options.exempt ?? {},
  });
}

/** Divides the changes for a server of Node: its imports, its mounts, and the lines after the start. */
export function partsOf(pastes: readonly Paste[]): Record<"imports" | "mounts" | "starts", string> {
  const texts = pastes.map(({ text }) => text.split(/^\/\/ After .*\n/m));
  const lines = texts.flatMap(([before = ""]) => before.split("\n"));
  const isImport = (line: string): boolean => line.startsWith("import ");
  return {
    imports: lines.filter(isImport).join("\n"),
    mounts: lines.filter((line) => !isImport(line)).join("\n"),
    starts: texts.map(([, after = ""]) => after).join(""),
  };
}

/** Creates the app, runs `safelight init` in it, and installs its packages and those of the plan. */
function createApp({ create, framework, more = [], paste }: FreshAppOptions): void {
  run(create, here);
  pinDependencies(join(app, "package.json"));
  const { plan } = JSON.parse(
    run(`${join(here, "node_modules/.bin/safelight")} init --yes --admin --no-install --json`, app),
  );
  assert.equal(plan.framework, framework);
  copyFileSync(join(here, "pnpm-workspace.yaml"), join(app, "pnpm-workspace.yaml"));
  const lock = join(here, "app.pnpm-lock.yaml");
  if (existsSync(lock)) copyFileSync(lock, join(app, "pnpm-lock.yaml"));
  const packages = [...plan.packages, ...more].map((name) => `${name}@${versionOf(name)}`);
  run(`${pnpm} add --prefer-offline --reporter append-only --loglevel error ${packages.join(" ")}`, app);
  if (paste === undefined) assert.deepEqual(plan.pastes, []);
  else paste(app, plan.pastes);
}

/** Replaces the ranges of a template by the versions of the host, so that a later run installs the same. */
function pinDependencies(path: string): void {
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  for (const group of [manifest.dependencies ?? {}, manifest.devDependencies ?? {}]) {
    for (const name of Object.keys(group)) if (!/^\d/.test(group[name])) group[name] = versionOf(name);
  }
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}

/** The version of a package in the manifest of the host. */
function versionOf(name: string): string {
  const { dependencies, versions = {} } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const version: string | undefined = dependencies[name] ?? versions[name];
  assert(version !== undefined, `Add the exact version of ${name} to "versions" in the package.json of this host.`);
  return version;
}

/** Generates an image, checks the whole app with `safelight doctor`, and drains the worker. */
async function checkApp(host: RunningHost): Promise<void> {
  const submitted = await host.send(null, "", json({ model: "poster", input: { prompt: "a lighthouse" } }));
  assert.equal(submitted.status, 202, await submitted.clone().text());
  const { generation } = await submitted.json();
  await host.finish(null, generation);
  // The generated `authorize` knows no admins.
  assert.equal((await host.send(null, "/admin/safelight")).status, 404);
  // The generated `identify` has one user, until the host adds its sessions.
  const findings = JSON.parse(
    run(
      `node_modules/.bin/safelight doctor --server ${host.url}/api/generations --header x-user:me --json || true`,
      app,
    ),
  );
  assert.deepEqual(
    findings.map(({ id }: { id: string }) => id),
    ["open-to-everyone"],
    JSON.stringify(findings),
  );
  assert.equal(await host.end("SIGTERM"), 0, "the worker is drained at SIGTERM");
}

/** The command of a template, with the version of the manifest. It is no dependency: only the long form downloads it. */
export function template(name: string): string {
  const { templates } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  return `npx --yes ${name}@${templates[name]}`;
}

function run(line: string, cwd: string): string {
  const env = {
    ...process.env,
    // Otherwise `--yes` of create-next-app reuses the choices of the last run.
    XDG_CONFIG_HOME: join(here, ".config"),
    CI: "1",
  };
  try {
    return execFileSync("sh", ["-ec", line], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    if (error instanceof Error && "stdout" in error) console.error(error.stdout);
    throw error;
  }
}
