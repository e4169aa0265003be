import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { proofs } from "../fault-tests/proofs.ts";
import { failures, problems } from "../packages/client/src/contract.ts";
import { createSafelight, defineModel } from "../packages/server/src/index.ts";
import { transitions } from "../packages/server/src/lib/generation/generation-state.ts";
import { providerErrors } from "../packages/server/src/lib/generation/provider-failure.ts";
import { problemsOf, routeTable } from "../packages/server/src/lib/http/routes/route-table.ts";
import { refundCases } from "../packages/server/src/lib/ledger/refund-cases.ts";
import { libsqlStore } from "../packages/server/src/libsql.ts";
import { memoryStorage } from "../packages/server/src/memory-storage.ts";
import { scriptedProvider } from "../packages/server/src/testing.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { type DeclaredOption, optionsOf, plain, tableOf } from "./doc-tables.ts";
import { manifestOf, packageFolders } from "./release/tarballs.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const anySchema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
const pages = repositoryFiles().filter((path) => path.endsWith(".md"));

describe("docs/providers.md", () => {
  it("lists every provider failure, whether it is retried, and the owner's failure code", () => {
    const [, text = ""] = readRepositoryFile("docs/providers.md").split(/^## Failures$/m);
    expect(rowsOf(text.split(/^## /m)[0] ?? "")).toEqual(
      Object.entries(providerErrors).map(([code, row]) => [code, yesOrNo(row), `\`${row.failure}\``]),
    );
  });
});

describe("docs/errors.md", () => {
  const text = readRepositoryFile("docs/errors.md");
  const [problemsText = "", failuresText = ""] = text.split(/^## (?:Failures|At the start)$/m);

  it("lists every problem of the contract with its status and whether a repeat may succeed", () => {
    expect(rowsOf(problemsText).map(([code, status, retryable]) => [code, status, retryable])).toEqual(
      Object.entries(problems).map(([code, row]) => [code, row.status === null ? "–" : `${row.status}`, yesOrNo(row)]),
    );
  });

  it("marks as reserved exactly the problems that no route returns", () => {
    // The router returns the first one for a known path with another method.
    const returned = new Set<string>(["method_not_allowed", ...Object.values(routeTable).flatMap(problemsOf)]);
    const reserved = rowsOf(problemsText).filter(([, , , when = ""]) => when.startsWith("reserved"));
    const unreturned = Object.entries(problems).filter(([code, { status }]) => status !== null && !returned.has(code));
    expect(reserved.map(([code]) => code)).toEqual(unreturned.map(([code]) => code));
  });

  it("lists every failure of the contract, whether a repeat may succeed, and whether it is counted", () => {
    const cases: Readonly<Record<string, { readonly budgeted: boolean }>> = refundCases;
    expect(rowsOf(failuresText).map(([code, ...columns]) => [code, ...columns.slice(0, 2)])).toEqual(
      Object.entries(failures).map(([code, row]) => [code, yesOrNo(row), cases[code]?.budgeted ? "yes" : "no"]),
    );
  });
});

describe("docs/http.md", () => {
  it("lists every route of the server, and no other", () => {
    const listed = [...readRepositoryFile("docs/http.md").matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(
      (match) => match[1] ?? "",
    );
    const routes = Object.values(routeTable).map(({ method, path }) => `${method} ${path}`);
    expect(listed.toSorted()).toEqual(routes.sort());
  });
});

describe("docs/reliability.md", () => {
  const [, promisesText = "", testsText = ""] =
    readRepositoryFile("docs/reliability.md").split(/^## (?:Promises|Fault tests)$/m);

  it("lists every fault test that `pnpm prove` runs, and no other", () => {
    const listed = rowsOf(testsText.split(/^## /m)[0] ?? "").map(([id]) => id);
    expect(listed.toSorted()).toEqual(proofs.map(({ id }) => id).sort());
  });

  it("lists for each promise only tests that check it", () => {
    for (const [promise, , checks = ""] of rowsOf(promisesText)) {
      for (const [id] of checks.matchAll(/\bF\d+R?\b/g)) {
        expect(proofs.find((proof) => proof.id === id)?.proves, `${promise} by ${id}`).toContain(promise);
      }
    }
  });
});

describe("docs/operations.md", () => {
  it("quotes only log lines that the server writes", () => {
    const [, text = ""] = readRepositoryFile("docs/operations.md").split("These lines of the log");
    const quoted = [...text.matchAll(/^\| \w+ \| `([^`]+)` \|/gm)].map((match) => match[1] ?? "");
    const sources = repositoryFiles().filter((path) => /^packages\/server\/src\/lib\/.*(?<!\.test)\.ts$/.test(path));
    const source = sources.map(readRepositoryFile).join("\n");
    expect(quoted.length).toBeGreaterThan(3);
    expect(quoted.filter((line) => !source.includes(`"${line}"`))).toEqual([]);
  });
});

describe("docs/telemetry.md", () => {
  const text = readRepositoryFile("docs/telemetry.md");
  const listed = tableOf(text.split(/^## Log events$/m)[1] ?? "").filter(([event = ""]) => event.includes("."));
  const sources = repositoryFiles().filter((path) => /^packages\/server\/src\/lib\/.*(?<!\.test)\.ts$/.test(path));
  const written = sources.filter((path) => !path.endsWith("/log-event.ts")).map(readRepositoryFile);
  const declared = readRepositoryFile("packages/server/src/lib/ports/log-event.ts").matchAll(/\| "([a-z_.]+)"/g);

  it("lists every event of the log in order, with meaning and action, and no other", () => {
    expect(listed.map(([event]) => event)).toEqual([...declared].map(([, event]) => event));
    expect(listed.filter(([, , meaning, action]) => !meaning || !action)).toEqual([]);
  });

  it("gives each event the levels at which the server writes it", () => {
    const levels = new Map<string, Set<string>>();
    for (const { event, level } of written.flatMap(logCallsOf)) {
      levels.set(event, (levels.get(event) ?? new Set()).add(level));
    }
    const inCode = [...levels].map(([event, found]) => [event, [...found].sort()]).sort();
    expect(listed.map(([event, level = ""]) => [event, level.split(", ").sort()])).toEqual(inCode);
  });
});

describe("docs/hosting.md", () => {
  it.each(["node-servers/hono", "node-servers/express", "node-servers/fastify", "node-servers/node-http", "bun/bun"])(
    "shows the server of examples/hosts/%s",
    (path) => {
      const shown = codeBlocksOf(readRepositoryFile("docs/hosting.md")).find(
        ({ file }) => file === `${basename(path)}.ts`,
      );
      expect(shown?.source).toBe(readRepositoryFile(`examples/hosts/${path}.ts`));
    },
  );
});

describe("docs/api.md", () => {
  const [, section = ""] = readRepositoryFile("docs/api.md").split(/^## Methods$/m);
  const rows = rowsOf(section.split(/^## /m)[0] ?? "");
  const declared = verbsOf(readRepositoryFile("packages/server/src/lib/api/api.ts"));

  it("lists every method of the api, and no other", () => {
    // The store opens the file on its first use.
    const { api } = createSafelight({
      store: libsqlStore({ url: "file:never-opened.db" }),
      storage: memoryStorage(),
      identify: () => null,
      models: { flux: defineModel({ provider: scriptedProvider(), input: anySchema }) },
    });
    expect(rows.map(([verb]) => verb).toSorted()).toEqual(Object.keys(api).sort());
  });

  it("lists the arguments and the problems of each method", () => {
    const listed = rows.map(([verb, given = "", , refusals = ""]) => ({
      verb,
      takes: wordsOf(given),
      refuses: wordsOf(refusals)
        .filter((word) => Object.hasOwn(problems, word))
        .sort(),
    }));
    expect(listed).toEqual(declared);
  });
});

describe("docs/options.md", () => {
  const [, serverText = "", modelText = ""] = readRepositoryFile("docs/options.md").split(/^## \w+$/m);
  const options = [
    "compose/options",
    "compose/limit-options",
    "compose/provenance-options",
    "http/handlers/recognition",
  ]
    .map((name) => readRepositoryFile(`packages/server/src/lib/${name}.ts`))
    .join("\n");
  const nested = {
    credits: "CreditOptions",
    limits: "LimitOptions",
    worker: "WorkerOptions",
    retention: "RetentionOptions",
    provenance: "ProvenanceOptions",
    recognition: "RecognitionOptions",
  };

  it("lists every option of createSafelight with its default, and no other", () => {
    const declared = [
      ...optionsOf(options, "SafelightOptions").filter(({ name }) => !["limits", "worker", "retention"].includes(name)),
      ...Object.entries(nested).flatMap(([group, type]) =>
        optionsOf(options, type).map(({ name, ...rest }) => ({ name: `${group}.${name}`, ...rest })),
      ),
    ];
    expectListed(serverText, declared);
  });

  it("names every store of the server", () => {
    const entries = repositoryFiles().filter((path) => /^packages\/server\/src\/[\w-]+\.ts$/.test(path));
    const stores = entries.flatMap((path) => readRepositoryFile(path).match(/\b\w+Store\b(?=,| \})/g) ?? []);
    const row =
      tableOf(serverText)
        .find(([name]) => name === "store")
        ?.at(3) ?? "";
    const functions = [...new Set(stores)].filter((name) => /^[a-z]/.test(name));
    expect(functions).toContain("libsqlStore");
    expect(functions.filter((name) => !row.includes(name))).toEqual([]);
  });

  it("lists every option of defineModel with its default, and no other", () => {
    const source = readRepositoryFile("packages/server/src/lib/model/define-model.ts");
    expectListed(modelText, optionsOf(source, "ModelOptions"));
  });

  it("gives a unit to every number", () => {
    const numbers = tableOf(`${serverText}${modelText}`).filter(([name = "", value = ""]) =>
      /^\d|\d_\d|Ms$|Bytes$/.test(`${value} ${name}`),
    );
    expect(numbers.filter(([, , unit]) => unit === "").map(([name]) => name)).toEqual([]);
    expect(numbers.length).toBeGreaterThan(10);
  });
});

describe.each(packageFolders)("packages/%s/README.md", (folder) => {
  const text = readRepositoryFile(`packages/${folder}/README.md`);

  it("lists every entry of the package, and no other", () => {
    const exported = Object.keys(manifestOf(folder).exports).filter((key) => key !== "./package.json");
    const cells = [...text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)]);
    const listed = cells.map(([, entry = ""]) => entry.replace(`@safelight/${folder}`, "")).map((entry) => `.${entry}`);
    expect(listed.toSorted()).toEqual(exported.sort());
  });
});

describe("ARCHITECTURE.md", () => {
  it("draws every transition between two states, and no other", () => {
    const drawn = [...readRepositoryFile("ARCHITECTURE.md").matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(
      ([, from, to]) => `${from} to ${to}`,
    );
    const allowed = transitions
      .filter(({ from, to }) => from !== null && from !== to)
      .map(({ from, to }) => `${from} to ${to}`);
    expect(drawn.toSorted()).toEqual([...new Set(allowed)].sort());
  });
});

describe("decisions/README.md", () => {
  it("lists every decision", () => {
    const listed = [...readRepositoryFile("decisions/README.md").matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(
      (match) => match[1],
    );
    const written = pages
      .filter((page) => /^decisions\/\d{4}-/.test(page))
      .map((page) => page.replace("decisions/", ""));
    expect(listed).toEqual(written);
  });
});

/** The events that a file writes, by the logger call before each. Lines of guarded calls are warnings. */
function logCallsOf(source: string): { readonly event: string; readonly level: string }[] {
  const calls = [...source.matchAll(/[lL]ogger(?:\?*\.\w+|\[[^\]]*\])\(/g)];
  return [...source.matchAll(/event: "([a-z_]+\.[a-z_]+)"/g)].flatMap(({ 1: event = "", index }) => {
    const call = calls.findLast((found) => found.index < index)?.[0] ?? ".warn(";
    return [...call.matchAll(/[."](debug|info|warn|error)\b/g)].map(([, level = ""]) => ({ event, level }));
  });
}

function expectListed(text: string, declared: readonly DeclaredOption[]): void {
  const listed = tableOf(text).map(([name = "", value = "", , what = ""]) => ({ name, value, what }));
  expect(listed.map(({ name }) => name).sort()).toEqual(declared.map(({ name }) => name).sort());
  expect(listed.filter(({ what }) => what === "")).toEqual([]);
  for (const { name, required, value } of declared) {
    const written = listed.find((row) => row.name === name)?.value ?? "";
    if (required) expect(written, name).toBe("required");
    else if (value !== null) expect(plain(written), name).toBe(plain(value));
    else expect(written, name).not.toBe("");
  }
}

/** The rows of a table whose first cell is a code. */
function rowsOf(text: string): string[][] {
  return tableOf(text).filter(([code = ""]) => /^\w+$/.test(code));
}

/** Single words in backticks, so not routes, for example. */
function wordsOf(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? "");
}

/** The api's verbs, with the names of their arguments and the problems that they throw. */
function verbsOf(source: string) {
  const methods = source.matchAll(
    /^(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}(\w+)(?:<.*>)?\(([\s\S]*?)\): Promise</gm,
  );
  return [...methods].map(([, comment = "", verb, given = ""]) => ({
    verb,
    takes: [...given.replaceAll(/\/\*\*.*?\*\//g, "").matchAll(/(\w+)\??:/g)].map((match) => match[1] ?? ""),
    refuses: [...(comment.split("@throws")[1] ?? "").matchAll(/\w+/g)]
      .map(([word]) => word)
      .filter((word) => Object.hasOwn(problems, word))
      .sort(),
  }));
}

function yesOrNo({ retryable }: { readonly retryable: boolean }): string {
  return retryable ? "yes" : "no";
}
