import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../packages/server/testing/temp-folder.ts";
import { putBetweenMarks, readBetweenMarks } from "./page-marks.ts";

async function pageWith(text: string): Promise<string> {
  const folder = await tempFolder("marks");
  const file = join(folder, "page.md");
  await writeFile(file, text);
  return file;
}

const page = "# Title\n\n<!-- figures -->\n\nold\n\n<!-- /figures -->\n\nrest <!-- reads -->\n<!-- /reads -->\n";

test("replaces the text between the marks of its name and nothing else, repeatedly", async () => {
  const file = await pageWith(page);
  await putBetweenMarks(file, { name: "figures", text: "first" });
  await putBetweenMarks(file, { name: "figures", text: "second" });
  expect(await readFile(file, "utf8")).toBe(page.replace("old", "second"));
  expect(await readBetweenMarks(file, "figures")).toBe("second");
});

test.each([
  ["without marks", "# Title\n"],
  ["with no end", "<!-- figures -->\nold\n"],
  ["with the end first", "<!-- /figures -->\nold\n<!-- figures -->\n"],
])("does not change a page %s", async (_, text) => {
  const file = await pageWith(text);
  await expect(putBetweenMarks(file, { name: "figures", text: "new" })).rejects.toThrow("has no <!-- figures -->");
  expect(await readFile(file, "utf8")).toBe(text);
});
