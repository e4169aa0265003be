import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { columnLists, parts, queries } from "./queries.js";
import { toConstant, toList, toText } from "./sql-text.js";

const header = `// Built from ../queries by drizzle. To change a read, change its query, then run \`pnpm reads\`.
import type { Read } from "../rows/read-rows.js";
`;

it("builds the text in statements/reads.ts", async () => {
  const constants: { readonly name: string; readonly text: string }[] = [];
  /** Replaces the parts of a text by their constants, the longest first: it may contain the others. */
  const shorten = (text: string): string =>
    constants
      .toSorted((a, b) => b.text.length - a.text.length)
      .reduce((shorter, part) => shorter.replaceAll(part.text, `\${${part.name}}`), text);
  const declare = (name: string, text: string): string => {
    const declaration = toConstant(name, shorten(text));
    constants.push({ name, text });
    return declaration;
  };
  const source = [
    header,
    ...Object.entries(parts).map(([name, part]) => `${declare(name, toText(sql`${part}`))};\n`),
    ...Object.entries(columnLists).map(([name, fields]) => `export ${declare(name, toList(fields))};\n`),
    ...Object.entries(queries).map(
      ([name, query]) => `export ${toConstant(name, shorten(toText(query)))} as Read<"${name}">;\n`,
    ),
  ].join("\n");
  await expect(source).toMatchFileSnapshot("../statements/reads.ts");
});

it("selects the parsed input in no read", () => {
  const texts = [...Object.values(queries).map(toText), ...Object.values(columnLists).map(toList)];
  expect(texts.filter((text) => text.includes("parsed_input"))).toEqual([]);
});
