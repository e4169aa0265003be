import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { constraintMutants, exitMutants, transitionMutants } from "./check-mutants.js";
import { findMutants, findPostgresMutants, mutantsToCatch, sqlFiles, toCatch } from "./find-mutants.js";
import { mutated } from "./mutant.js";
import { postgresMutants } from "./postgres-mutants.js";
import { packageFolder, parseSource } from "./source-file.js";
import { sqlConjuncts } from "./sql-conjuncts.js";
import { sqlMutants } from "./sql-mutants.js";

const conditionsOf = (sql: string) => sqlConjuncts(sql).map(({ start, end }) => sql.slice(start, end));

describe("sqlConjuncts", () => {
  it.each([
    ["SELECT 1 FROM a JOIN b ON a.x = b.y WHERE a.id = 1 ORDER BY a.z", ["a.x = b.y", "a.id = 1"]],
    ["UPDATE a SET x = 1 WHERE id = 2 AND n NOT BETWEEN 0 AND 9", ["id = 2", "n NOT BETWEEN 0 AND 9"]],
    ["INSERT INTO a SELECT 1 WHERE x = 1 ON CONFLICT (id) DO NOTHING", ["x = 1"]],
    ["a = 1 OR (b = 2 AND c = 'x AND y')", ["b = 2", "c = 'x AND y'"]],
    ["id IN (SELECT id FROM a WHERE k = 1)", ["k = 1"]],
    [
      "DELETE FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.a = a.id)",
      ["NOT EXISTS (SELECT 1 FROM b WHERE b.a = a.id)", "b.a = a.id"],
    ],
    ["coalesce(a, b)", []],
    ["SELECT 1 FROM a WHERE NOT CASE x WHEN 1 THEN y END AND z = 1", ["NOT CASE x WHEN 1 THEN y END", "z = 1"]],
    ["UPDATE a SET x = CASE WHEN b = 1 AND c = 2 THEN 3 END WHERE id = 4", ["b = 1", "c = 2", "id = 4"]],
  ])("finds the conditions that can be dropped in %s", (sql, conditions) => {
    expect(conditionsOf(sql)).toEqual(conditions);
  });
});

describe("a new guard", () => {
  const tomorrow = `
    const held = { epoch: "epoch = :epoch" };
    const newGuards = (to: string) => ({ ...held, fresh: mayMove("park", to) });
    export const statements = [\`UPDATE safelight_t SET x = 1 WHERE \${allOf(newGuards("a"))} AND y = 2\`];`;

  it("gets a mutant by name, in spread guards too, and in SQL", () => {
    const source = parseSource("src/tomorrow.ts", tomorrow);
    const mutants = sqlMutants(source);
    expect(mutants.map(({ id }) => id)).toEqual([
      "tomorrow.ts held.epoch",
      "tomorrow.ts newGuards.fresh",
      "tomorrow.ts statements (update t): y = 2",
    ]);
    const [first, second, third] = mutants.map(({ edits }) => mutated(tomorrow, edits));
    expect(first).toContain(`{ epoch: "1 = 1" }`);
    expect(second).toContain(`fresh: "1 = 1"`);
    expect(third).toContain(" AND 1 = 1`");
  });

  it("gets a mutant as a throwing if, a transition and a constraint", () => {
    const text = `function f(a) { if (a) { a = 1; throw a; } }
      const transitions = [move("a", "b", "c"), move("d", "e", "f")];
      const sql = [\`CREATE TABLE t (
        id TEXT NOT NULL UNIQUE,
        n INTEGER CHECK (n IN (0, 1)),
        UNIQUE (id, n)
      )\`, \`CREATE UNIQUE INDEX i ON t (n)\`];`;
    const source = parseSource("src/tomorrow.ts", text);
    const change = ({ edits }: ReturnType<typeof exitMutants>[number]) => mutated(text, edits);
    expect(exitMutants(source, ["throw"]).map(change)).toEqual([text.replace("if (a)", "if ((a) && false)")]);
    expect(exitMutants(source, ["return"])).toEqual([]);
    expect(transitionMutants(source).map(change)).toEqual([
      text.replace(`move("a", "b", "c"),`, ""),
      text.replace(`move("d", "e", "f")`, ""),
    ]);
    expect(constraintMutants(source).map(change).toSorted()).toEqual(
      [
        text.replace("NOT NULL UNIQUE", "NOT NULL"),
        text.replace("CHECK (n IN (0, 1))", "CHECK (1 = 1)"),
        text.replace("UNIQUE (id, n)", "CHECK (1 = 1)"),
        text.replace("UNIQUE INDEX", "INDEX"),
      ].toSorted(),
    );
  });
});

describe("a command in PL/pgSQL", () => {
  const text = `const command = { body: \`
    PERFORM @\${lockNames.name}(:a, NULL);
    v_owner := @\${lockGeneration.name}(:id, NULL, :starts, 0::smallint);
    PERFORM 1 FROM @owners WHERE id = :a ORDER BY id FOR NO KEY UPDATE;
    IF v_a IS DISTINCT FROM :b OR (CASE v_c WHEN 1 THEN true ELSE false END) THEN RETURN NULL; END IF;
    IF NOT FOUND THEN v_d := v_e AND v_f; END IF;
    DELETE FROM @t WHERE id = ANY (ARRAY(SELECT id FROM @t WHERE x = 1 FOR UPDATE SKIP LOCKED));\` };`;
  const source = parseSource("src/tomorrow.ts", text);

  it("gets a mutant for each lock, each order of locks, each condition of an IF and each part of it", () => {
    expect(postgresMutants(source).map(({ id }) => id.replace("tomorrow.ts command: ", ""))).toEqual([
      "lock FOR NO KEY UPDATE of owners → nothing",
      "lock FOR UPDATE SKIP LOCKED of t → nothing",
      "lock @{lockNames.name}(:a, NULL) of names → 1",
      "lock :starts of the owner → 0::smallint",
      "no wait SKIP LOCKED → nothing",
      "lock order ORDER BY id of owners → nothing",
      "condition v_a IS DISTINCT FROM :b OR (CASE v_c WHEN 1 THEN true ELSE false END) → false",
      "condition v_a IS DISTINCT FROM :b OR (CASE v_c WHEN 1 THEN true ELSE false END) → true",
      "conjunct v_a IS DISTINCT FROM :b → false",
      "conjunct (CASE v_c WHEN 1 THEN true ELSE false END) → false",
      "condition NOT FOUND → false",
      "conjunct id = :a → true",
      "conjunct NOT FOUND → true",
      "conjunct v_e → true",
      "conjunct v_f → true",
      "conjunct id = ANY (ARRAY(SELECT id FROM @t WHERE x = 1 FOR UPDATE SKIP LOCKED)) → true",
      "conjunct x = 1 → true",
    ]);
  });

  it("is unchanged but for that part", () => {
    const [lock, , names] = postgresMutants(source).map(({ edits }) => mutated(text, edits));
    expect(lock).toBe(text.replace("FOR NO KEY UPDATE", ""));
    expect(names).toBe(text.replace(/@\S+\(:a, NULL\)/, "1"));
  });
});

describe("the guards of the Postgres store", () => {
  const mutants = findPostgresMutants();

  it("have unique ids, and the list of equivalents has no unknown id", () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(() => mutantsToCatch("postgres")).not.toThrow();
  });

  it("include each lock", () => {
    const files = new Set(mutants.flatMap(({ edits }) => edits.map(({ file }) => file)));
    for (const file of files) {
      const text = readFileSync(`${packageFolder}${file}`, "utf8");
      const locks = mutants.filter(({ edits, kind }) => kind === "lock" && edits[0]?.file === file);
      for (const { index } of text.matchAll(
        /(?<!Locks: .*)(FOR (NO KEY )?UPDATE|pg_advisory_xact_lock|@\$\{lockNames)/g,
      ))
        expect(
          locks.some(({ edits }) => edits[0]?.start === index),
          text.slice(index, index + 60),
        ).toBe(true);
    }
  });
});

describe("the guards of the server", () => {
  // Parses every source, so only once.
  const mutants = findMutants();

  it.each(sqlFiles())("have a mutant for each condition of %s", (file) => {
    const text = readFileSync(`${packageFolder}${file}`, "utf8");
    const starts = sqlMutants(parseSource(file, text)).flatMap(({ edits }) => edits.map(({ start }) => start));
    for (const { index } of text.matchAll(/\bWHERE\s+(?!\$\{allOf)/g)) {
      const next = index + (/^WHERE\s+/.exec(text.slice(index))?.[0].length ?? 0);
      // The first of several alternatives is not a guard of its own.
      const isAlternative = /^[^()]*?\sOR\s/.test(text.slice(next, next + 100));
      if (!isAlternative) expect(starts, text.slice(index, index + 80)).toContain(next);
    }
    for (const [, name] of text.matchAll(/(?<!function )allOf\((\w+)/g)) {
      // Imported guards have their mutants in their own file.
      if (new RegExp(`^import .*\\b${name}\\b`, "m").test(text)) continue;
      const guards = sqlMutants(parseSource(file, text)).filter(({ id }) => id.includes(` ${name}.`));
      expect(guards.length, name).toBeGreaterThan(0);
    }
  });

  it("have unique ids, and the list of equivalents has no unknown id", () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(() => toCatch(mutants)).not.toThrow();
    expect(() => toCatch(mutants, [{ guards: ["gone"], because: "any reason" }])).toThrow("gone");
  });

  it("are dropped together with the guards that back them up", () => {
    const [first, second] = mutants;
    if (first === undefined || second === undefined) throw new Error("No guards were found.");
    const list = [{ guards: [first.id], because: "the second guard backs it up", together: [second.id] }];
    expect(toCatch([first, second], list)).toEqual([
      second,
      { id: `${first.id} + ${second.id}`, edits: [...first.edits, ...second.edits] },
    ]);
  });
});
