import { describe, expect, it } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { output, Scenario } from "../../../testing/store-contract/scenario.js";
import type { Store } from "../ports/store/store.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();
const idOf = (count: number) => `gen_019a3c00-0000-7000-8000-00000000000${count}`;

const run = ({ schema, url }: TestDatabase, command: string, ...args: readonly string[]) =>
  runCommand([command, url, "--schema", schema, ...args], {});

/** Completes a generation with one of two outputs. */
async function withheldOutput({ scenario, store }: { readonly scenario: Scenario; readonly store: Store }) {
  const claim = await scenario.claimOne(await scenario.accepted({ id: idOf(4) }));
  await scenario.intent(claim, "one");
  await scenario.result(claim, "one");
  const { epoch, id } = claim.generation;
  const blocked = { code: "content_blocked", message: "checkOutput: private words" } as const;
  await store.settle({
    ...{ id, epoch, token: scenario.token() },
    outcome: { type: "completed", outputs: [output({ index: 1, flags: ["nsfw"] })] },
    refund: { credits: 2, reason: "completed 1/2" },
    attempt: { state: "done", failure: { ...blocked, missing: [{ index: 0, ...blocked }] } },
  });
}

/** Three generations: one pending of Ada, one failed of Ada, and one pending of Bob for another model. */
async function filled(kind: "file" | "postgres"): Promise<TestDatabase> {
  const database = await databases[kind]();
  const store = database.open();
  await store.migrate();
  const scenario = new Scenario(store);
  await scenario.accepted({ id: idOf(1), input: { prompt: "private words" } });
  const claim = await scenario.claimOne(idOf(1));
  await scenario.intent(claim);
  const failure = { code: "provider_unavailable", message: "quotes private words" } as const;
  await scenario.park(claim, { to: "retry_wait", attempt: { state: "failed", failure, costs: [] } });
  await scenario.accepted({ id: idOf(2) });
  const action = { actor: "op", action: "end", subject: idOf(2), reason: "stuck" } as const;
  await store.endByOperator({ action, id: idOf(2), announceTo: [], refund: { credits: 4, reason: "ended" } });
  await scenario.accepted({ id: idOf(3), ownerId: "bob", model: "poster" });
  return database;
}

describe.each(["file", "postgres"] as const)("safelight ls: %s", (kind) => {
  it("lists generations newest first, and filters them", async () => {
    const database = await filled(kind);
    const list = async (...args: readonly string[]) => {
      const { errors, exitCode, output } = await run(database, "ls", "--json", ...args);
      expect([exitCode, errors]).toEqual([0, ""]);
      const { generations, next } = JSON.parse(output);
      return { ids: generations.map(({ id }: { id: string }) => id), next };
    };
    const [first, second, third] = [idOf(1), idOf(2), idOf(3)];
    expect(await list()).toEqual({ ids: [third, second, first], next: null });
    expect(await list("--status", "pending")).toEqual({ ids: [third, first], next: null });
    expect(await list("--status", "failed", "--failure", "ended_by_operator")).toEqual({ ids: [second], next: null });
    expect(await list("--model", "poster")).toEqual({ ids: [third], next: null });
    expect(await list("--owner", "ada", "--limit", "1")).toEqual({ ids: [second], next: second });
    expect(await list("--owner", "ada", "--before", second)).toEqual({ ids: [first], next: null });
    expect(await list("--since", "2999-01-01")).toEqual({ ids: [], next: null });
    expect((await list("--since", "2001-01-01")).ids).toHaveLength(3);
  });

  it("prints a table, and how to continue", async () => {
    const database = await filled(kind);
    const { output } = await run(database, "ls", "--status", "failed");
    expect(output).toMatch(
      new RegExp(
        `^id +status  model  owner  credits  submitted +failure\n${idOf(2)}  failed  demo   ada    4 .*ended_by_operator\n$`,
      ),
    );
    expect((await run(database, "ls", "--limit", "2")).output).toMatch(
      new RegExp(`\nMore: repeat the command with --before ${idOf(2)}\n$`),
    );
    expect((await run(database, "ls", "--owner", "eve")).output).toBe("No generations match.\n");
  });
});

describe.each(["file", "postgres"] as const)("safelight show: %s", (kind) => {
  it("prints state, timeline and ledger, without the owner's content", async () => {
    const database = await filled(kind);
    const { exitCode, output } = await run(database, "show", idOf(2));
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^id +gen_.*\nstatus +failed \(failed, ended_by_operator\)\n/);
    expect(output).toMatch(/^team +everyone$/m);
    expect(output).toMatch(/End and refund by op: applied/);
    expect(output).toMatch(/refund +4 +ended/);
    const first = await run(database, "show", idOf(1), "--json");
    expect(JSON.parse(first.output)).toMatchObject({
      status: "pending",
      generation: { id: idOf(1), state: "retry_wait" },
      attempts: [{ state: "failed", failure: { code: "provider_unavailable" } }],
      entries: [{ kind: "debit", amount: -4 }],
    });
    expect(first.output).not.toContain("private words");
    expect((await run(database, "show", idOf(1))).output).not.toContain("private words");
  });

  it("prints the vendor's safety flags, and which output is missing without its reason", async () => {
    const database = await filled(kind);
    const store = database.open();
    await withheldOutput({ scenario: new Scenario(store), store });
    const { output: text } = await run(database, "show", idOf(4));
    expect(text).toMatch(/^flags of output 1 +nsfw$/m);
    expect(text).toMatch(/attempt 1: done, output 0 missing: content_blocked$/m);
    const { output: json } = await run(database, "show", idOf(4), "--json");
    expect(JSON.parse(json)).toMatchObject({
      generation: { outputs: 1, flags: [{ index: 1, flags: ["nsfw"] }] },
      attempts: [{ failure: { code: "content_blocked", missing: [{ index: 0, code: "content_blocked" }] } }],
    });
    expect(`${text}${json}`).not.toContain("private words");
  });

  it("exits with 2 for an unknown id", async () => {
    const database = await filled(kind);
    const { errors, exitCode } = await run(database, "show", "gen_none");
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^Could not show the generation: No generation gen_none in /);
  });
});

it.each([
  [["ls"], "Pass the URL of one database."],
  [["ls", "file:a.db", "--status", "done"], 'Unknown status "done": use pending, processing'],
  [["ls", "file:a.db", "--since", "soon"], "--since must be a time span such as 24h"],
  [["ls", "file:a.db", "--since", "10"], "--since must be a time span such as 24h"],
  [["ls", "file:a.db", "--since", "2026-02-30"], "--since must be a time span such as 24h"],
  [["ls", "file:a.db", "--limit", "0"], "--limit must be a number from 1 to 10000."],
  [["show", "file:a.db"], "Pass the URL of a database and the id of a generation."],
])("prints the error and the usage of the command for %j", async (args, reason) => {
  const { errors, exitCode } = await runCommand(args, {});
  expect(exitCode).toBe(2);
  expect(errors).toContain(reason);
  expect(errors).toContain(`safelight ${args[0]} <url>`);
});
