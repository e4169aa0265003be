/** Writes results as text that is equal on two databases. Ids that each database chooses become their order of appearance. */
export class ResultText {
  readonly #aliases = new Map<string, string>();

  of(result: unknown): string {
    return (
      JSON.stringify(result, (key, value: unknown) => {
        if (value instanceof Map)
          return [...value].toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
        if (value instanceof Set) return [...value].map(String).toSorted();
        // Ids of generations and inputs are texts; those of ledger entries and outbox items are numbers of the database. So
        // are positions of operator actions.
        if (key === "timeline" || key === "position" || (key === "id" && typeof value === "number"))
          return this.#aliasOf(`${key} ${value}`);
        return isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(byName)) : value;
      }) ?? "nothing"
    );
  }

  #aliasOf(id: string): string {
    const alias = this.#aliases.get(id) ?? `#${this.#aliases.size + 1}`;
    this.#aliases.set(id, alias);
    return alias;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
