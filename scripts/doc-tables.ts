/** A member of an interface, as declared in its source. */
export interface DeclaredOption {
  readonly name: string;
  readonly required: boolean;
  /** The default in its comment; `null` without one. */
  readonly value: string | null;
}

/** A value of a table without its formatting: prose has `1,000`, code has `1_000`. */
export function plain(value: string): string {
  return value.replaceAll("`", "").replaceAll(/(?<=\d)[,_](?=\d)/g, "");
}

/** The cells of every row whose first cell is the name of an option. */
export function tableOf(text: string): string[][] {
  return [...text.matchAll(/^\| `([\w.]+)` \|(.*)\|$/gm)].map((match) => [
    match[1] ?? "",
    ...(match[2] ?? "").split("|").map((cell) => cell.trim()),
  ]);
}

/** The members of an interface, as declared in its source. */
export function optionsOf(source: string, type: string): DeclaredOption[] {
  const body = new RegExp(`^export interface ${type}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, "m").exec(source)?.[1] ?? "";
  const members = body.matchAll(/^(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}readonly (\w+)(\?)?:/gm);
  return [...members].map(([, comment = "", name = "", mark]) => ({
    name,
    required: mark === undefined,
    value: /@default (.*?)\s*(?:\n|$)/.exec(comment)?.[1] ?? null,
  }));
}
