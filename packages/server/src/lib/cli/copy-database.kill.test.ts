import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { isLongRun } from "../../../test/long-run.js";
import { type BundledScript, bundleScript } from "../../../test/processes/bundle-script.js";
import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { moveDatabase } from "../store/copy/move-database.js";
import { openCopiedFile } from "../store/libsql/copy/open-copied-file.js";
import { openCopiedPostgres } from "../store/postgres/copy/open-copied-postgres.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

/** The process ends at one of the calls of both databases: before it, or between it and the next one. */
class Death {
  #left: number;
  readonly #isBefore: boolean;
  isReached = false;

  constructor(calls: number) {
    this.#left = calls;
    this.#isBefore = calls % 2 === 0;
  }

  bind(database: CopiedDatabase): CopiedDatabase {
    const { close, freeze, mark, pages, reopen, ...others } = database;
    return {
      ...this.#counted(others),
      label: database.label,
      close,
      reopen: async () => this.bind(await reopen()),
      freeze: this.#counted(freeze),
      mark: this.#counted(mark),
      pages: this.#counted(pages),
    };
  }

  #counted<Methods extends object>(methods: Methods): Methods {
    return new Proxy(methods, {
      get: (object, name) => {
        const value = Reflect.get(object, name);
        if (typeof value !== "function") return value;
        return async (...args: unknown[]) => {
          this.#left -= 1;
          if (this.#left > 0) return Reflect.apply(value, object, args);
          // After its death, the process calls nothing.
          if (this.#left === 0 && !this.#isBefore) await Reflect.apply(value, object, args);
          this.isReached = true;
          throw new Error("killed");
        };
      },
    });
  }
}

/** Moves until the call, as a process that is killed there. */
async function moveUntil(death: Death, source: CopiedDatabase, target: CopiedDatabase): Promise<void> {
  try {
    await moveDatabase({
      source: death.bind(source),
      target: death.bind(target),
      run: crypto.randomUUID(),
      prepareOnly: false,
      maxReadOnlyMs: 60_000,
      signal: new AbortController().signal,
      report: () => {},
      now: () => performance.now(),
    });
  } catch (error) {
    if (!death.isReached) throw error;
  } finally {
    await source.close();
    await target.close();
  }
}

const argumentsOf = (source: TestDatabase, target: TestDatabase) => [
  "copy",
  ...["--from", source.url, "--to", target.url, "--schema", target.schema],
];

let script: BundledScript;

beforeAll(async () => {
  script = await bundleScript(new URL("./main.ts", import.meta.url));
});

afterAll(() => script.remove());

/** The command as a process of its own. */
function spawnCommand(source: TestDatabase, target: TestDatabase) {
  return spawn(process.execPath, [script.path, ...argumentsOf(source, target)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Repeats the command. It completes the move, or says that the move was complete. */
async function repeatMove(source: TestDatabase, target: TestDatabase): Promise<void> {
  const outcome = await runCommand(argumentsOf(source, target), {});
  const wasComplete = /has moved to .* already/.test(outcome.errors);
  if (!wasComplete) expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
  await expectMoved(source, target);
}

async function expectMoved(source: TestDatabase, target: TestDatabase): Promise<void> {
  expect(await target.rows()).toEqual(await source.rows());
  const [freeze] = await source.query("SELECT value FROM @settings WHERE name = 'frozen'");
  expect(JSON.parse(String(freeze?.value))).toMatchObject({ phase: "moved" });
  expect(await target.open().audit()).toEqual([]);
  await target.open().migrate();
}

describe("safelight copy, repeated after a kill", () => {
  it.each([
    // Odd steps: every second kill is before its call.
    ["file", isLongRun ? 1 : 21],
    ["postgres", isLongRun ? 5 : 99],
  ] as const)("completes the move, whichever call was the last one: to %s", async (kind, step) => {
    for (let calls = 1; ; calls += step) {
      const [source, target] = [await databases.filledFile(), await databases[kind]()];
      const openTarget = () =>
        kind === "file"
          ? openCopiedFile(target.url)
          : openCopiedPostgres(target.url, { schema: target.schema, prefix: "safelight_" });
      const death = new Death(calls);
      await moveUntil(death, await openCopiedFile(source.url), await openTarget());
      if (!death.isReached) {
        expect(calls).toBeGreaterThan(100);
        return;
      }
      await repeatMove(source, target);
    }
  });

  it("completes the move when the database is released in between, and refuses --prepare until then", async () => {
    const [source, target] = [await databases.filledFile(), await databases.file()];
    const copied = await openCopiedFile(source.url);
    const next = { phase: "copying", target: target.url, run: "killed" } as const;
    await copied.freeze.freeze({ expected: null, next });
    await copied.close();
    const prepared = await runCommand([...argumentsOf(source, target), "--prepare"], {});
    expect(prepared.errors).toContain("is read-only already: finish the move without --prepare");
    const { output } = await runCommand(["copy", "--from", source.url, "--release"], {});
    expect(output).toBe(`${source.url} accepts writes again.\n`);
    expect(await runCommand(argumentsOf(source, target), {})).toMatchObject({ exitCode: 0, errors: "" });
    await expectMoved(source, target);
  });

  it.each(["SIGHUP", "SIGINT", "SIGTERM"] as const)("lets the source accept writes again after %s", async (signal) => {
    const [source, target] = [await databases.filledFile(), await databases.postgres()];
    const child = spawnCommand(source, target);
    const closed = once(child, "close");
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (text) => {
      lines.push(text);
      if (/is read-only/.test(text)) child.kill(signal);
    });
    const [code] = await closed;
    // The process may end before the signal arrives.
    if (code !== 0) expect(lines.at(-1)).toContain("accepts writes again, and nothing has moved: interrupted");
    expect([0, 2]).toContain(code);
    await repeatMove(source, target);
  });

  it("completes the move if the pipe of its progress is closed", async () => {
    const [source, target] = [await databases.filledFile(), await databases.postgres()];
    const child = spawnCommand(source, target);
    const closed = once(child, "close");
    child.stderr.once("data", () => child.stderr.destroy());
    expect(await closed).toEqual([0, null]);
    await expectMoved(source, target);
  });

  it.each([/rows compared/, /is read-only/, /Auditing/])("completes the move after SIGKILL at %s", async (line) => {
    const [source, target] = [await databases.filledFile(), await databases.postgres()];
    const child = spawnCommand(source, target);
    const closed = once(child, "close");
    createInterface({ input: child.stderr }).on("line", (text) => {
      if (line.test(text)) child.kill("SIGKILL");
    });
    const [code] = await closed;
    // On a busy machine, the process may end before the signal arrives.
    expect([null, 0]).toContain(code);
    await repeatMove(source, target);
  });
});

it.each([
  ["accepts writes again", false],
  ["may still be read-only \\(repeat the command, or undo the move with --release\\)", true],
])("fails if the target does not keep a row that was written: the source %s", async (state, isLost) => {
  const [source, target] = [await databases.filledFile(), await databases.file()];
  const [from, to] = [await openCopiedFile(source.url), await openCopiedFile(target.url)];
  let isReadOnly = false;
  const forgetful = {
    ...to,
    pages: {
      ...to.pages,
      write: async (...page: Parameters<typeof to.pages.write>) => (isReadOnly ? undefined : to.pages.write(...page)),
    },
  };
  const acceptWrites = () => Promise.reject(new Error("connection lost"));
  const lost = {
    ...from,
    freeze: { ...from.freeze, acceptWrites },
    reopen: async () => ({ ...lost, close: async () => {} }),
  };
  const report = (line: string) => {
    if (!line.endsWith("is read-only.")) return;
    isReadOnly = true;
    const changed = new Database(target.path);
    // As a run of the copy that still holds the mark.
    changed.exec(`BEGIN; INSERT INTO safelight_settings VALUES ('copied_page', '');
      UPDATE safelight_outputs SET width = 7; DELETE FROM safelight_settings WHERE name = 'copied_page'; COMMIT`);
    changed.close();
  };
  const signal = new AbortController().signal;
  const now = () => performance.now();
  const options = {
    source: isLost ? lost : from,
    target: forgetful,
    run: "first",
    prepareOnly: false,
    maxReadOnlyMs: 60_000,
    signal,
    report,
    now,
  };
  await expect(moveDatabase(options)).rejects.toThrow(
    new RegExp(`${state}, and nothing has moved: Row \\["gen_.*","0"\\] of outputs differs after it was written`),
  );
  expect((await from.freeze.read()) === null).toBe(!isLost);
  await from.close();
  await to.close();
});
