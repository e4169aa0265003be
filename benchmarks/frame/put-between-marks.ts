import { readFile, writeFile } from "node:fs/promises";

/**
 * Replaces the text between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws {Error} when the file has no such marks.
 */
export async function putBetweenMarks(file: string, name: string, text: string): Promise<void> {
  const page = await readFile(file, "utf8");
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${file} has no ${begin} … ${end}.`);
  await writeFile(file, `${page.slice(0, before + begin.length)}\n\n${text}\n\n${page.slice(after)}`);
}
