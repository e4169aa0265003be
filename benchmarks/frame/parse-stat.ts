/** Values of `/proc/<pid>/stat`. */
export interface Stat {
  readonly parent: number;
  /** User and system time of the process and of its exited children, in ticks. */
  readonly ticks: number;
}

/** Counts the fields after the name, which may contain spaces and brackets. */
export function parseStat(stat: string): Stat {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, parent] = fields;
  return { parent: Number(parent), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
}
