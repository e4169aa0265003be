import { readFile, writeFile } from "node:fs/promises";

/**
 * Replaces the text between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws {Error} when the file has no such marks.
 */
export async function putBetweenMarks(
  file: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  const { after, before } = await cutAtMarks(file, name);
  await writeFile(file, `${before}\n\n${text}\n\n${after}`);
}

/**
 * Reads the text between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws {Error} when the file has no such marks.
 */
export async function readBetweenMarks(file: string, name: string): Promise<string> {
  return (await cutAtMarks(file, name)).between.trim();
}

async function cutAtMarks(file: string, name: string) {
  const page = await readFile(file, "utf8");
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, stop] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (!page.includes(begin) || stop < start) throw new Error(`${file} has no ${begin} … ${end}.`);
  return { before: page.slice(0, start), between: page.slice(start, stop), after: page.slice(stop) };
}
