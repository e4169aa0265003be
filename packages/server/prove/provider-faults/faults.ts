/** What is asked of a vendor. */
export const steps = ["submit", "poll", "result", "cancel", "lookup"] as const;

export type FaultStep = (typeof steps)[number];

/** How a vendor answers wrongly. */
export type Fault =
  /** Nobody listens at its address. */
  | { readonly type: "refuse" }
  /** The connection breaks without an answer. */
  | { readonly type: "reset" }
  | { readonly type: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Nothing comes, or nothing but the beginning of the body. */
  | { readonly type: "slow"; readonly part: "headers" | "body" }
  /** An answer of 200 with this body. */
  | { readonly type: "body"; readonly contentType: string; readonly body: string }
  /** The answer ends in its middle, as if that were its end. */
  | { readonly type: "truncated" }
  /** The answer does not end at all. */
  | { readonly type: "endless" }
  /** The answer is that of another job. */
  | { readonly type: "other_job" }
  /** What it said before is taken back: queued again, with less progress. */
  | { readonly type: "backwards" }
  /** It has finished, with nothing. */
  | { readonly type: "no_output" };

/** A fault by its name, and where it can strike. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  readonly at: readonly FaultStep[];
  /** Whether a submit that is answered like this was taken all the same: both, where nobody can know. */
  readonly taken: readonly boolean[];
}

const json = "application/json";
const either = [false, true];

const status = (
  code: number,
  taken: readonly boolean[],
  headers: Readonly<Record<string, string>> = {},
): NamedFault => ({
  name: String(code),
  fault: { type: "status", status: code, headers },
  at: steps,
  taken,
});

/** Everything that a vendor has been seen to do. */
export const faults: readonly NamedFault[] = [
  { name: "connection refused", fault: { type: "refuse" }, at: steps, taken: [false] },
  { name: "connection reset", fault: { type: "reset" }, at: steps, taken: either },
  status(400, [false]),
  status(401, [false]),
  status(402, [false]),
  status(404, [false]),
  status(408, either),
  status(409, either),
  status(422, [false]),
  status(429, [false], { "retry-after": "7" }),
  status(500, either),
  status(502, either),
  status(503, either, { "retry-after": "3" }),
  status(504, either),
  { name: "slow headers", fault: { type: "slow", part: "headers" }, at: steps, taken: either },
  { name: "slow body", fault: { type: "slow", part: "body" }, at: steps, taken: either },
  { name: "truncated", fault: { type: "truncated" }, at: steps, taken: either },
  {
    name: "wrong content type",
    fault: { type: "body", contentType: "text/html", body: "<h1>Welcome</h1>" },
    at: steps,
    taken: either,
  },
  {
    name: "200 with an error in it",
    fault: { type: "body", contentType: json, body: '{"error":"Internal error"}' },
    at: steps,
    taken: either,
  },
  { name: "endless", fault: { type: "endless" }, at: steps, taken: either },
  { name: "id of another job", fault: { type: "other_job" }, at: ["submit", "poll", "lookup"], taken: [true] },
  { name: "status going backwards", fault: { type: "backwards" }, at: ["poll"], taken: [true] },
  { name: "succeeded without output", fault: { type: "no_output" }, at: ["poll"], taken: [true] },
];
