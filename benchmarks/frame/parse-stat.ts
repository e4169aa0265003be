/** What `/proc/<pid>/stat` says of a process. */
export interface Stat {
  readonly parent: number;
  /** User and system time, its own and that of the children that it has waited for, in ticks. */
  readonly ticks: number;
}

/** The fields are counted from the state on: the name before it may hold spaces and brackets. */
export function parseStat(stat: string): Stat {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, parent] = fields;
  return { parent: Number(parent), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
}
