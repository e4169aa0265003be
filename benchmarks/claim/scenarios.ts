/** The rows of a database whose claims are measured. */
export interface Scenario {
  readonly name: string;
  /** Generations that wait, of how many owners. */
  readonly waiting: number;
  readonly owners: number;
  /** Vendors with limits; 0 for one vendor without limits, and so without a gate. */
  readonly gates: number;
  /** Generations that start in a day. */
  readonly scheduled: number;
}

const base = { waiting: 600, owners: 1, gates: 0, scheduled: 0 };

export const scenarios: readonly Scenario[] = [
  { ...base, name: "nothing is due", waiting: 0 },
  { ...base, name: "one owner" },
  { ...base, name: "100 owners", owners: 100 },
  { ...base, name: "one vendor with limits", owners: 100, gates: 1 },
  { ...base, name: "three vendors with limits", owners: 100, gates: 3 },
  { ...base, name: "beside 2,000 scheduled ones", owners: 100, scheduled: 2_000 },
];
