/** Requests to a vendor. */
export const steps = ["submit", "poll", "result", "cancel", "lookup"] as const;

export type FaultStep = (typeof steps)[number];

/** Faults of a vendor. */
export type Fault =
  /** The connection is refused. */
  | { readonly type: "refuse" }
  /** The connection breaks without a response. */
  | { readonly type: "reset" }
  | { readonly type: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** No response, or only the beginning of its body. */
  | { readonly type: "slow"; readonly part: "headers" | "body" }
  /** A response with status 200 and this body. */
  | { readonly type: "body"; readonly contentType: string; readonly body: string }
  /** The response ends in the middle of its body, without an error. */
  | { readonly type: "truncated" }
  /** The response never ends. */
  | { readonly type: "endless" }
  /** The response belongs to another job. */
  | { readonly type: "other_job" }
  /** The status goes back to queued, with less progress. */
  | { readonly type: "backwards" }
  /** The job has succeeded without outputs. */
  | { readonly type: "no_output" };

/** A named fault, and the steps at which it can occur. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  readonly at: readonly FaultStep[];
  /** Whether the vendor accepted the job of a failed submit: both, if the response does not show it. */
  readonly taken: readonly boolean[];
}

const json = "application/json";
const either = [false, true];

const status = (
  code: number,
  {
    taken,
    headers = {},
  }: { readonly taken: readonly boolean[]; readonly headers?: Readonly<Record<string, string>> | undefined },
): NamedFault => ({
  name: String(code),
  fault: { type: "status", status: code, headers },
  at: steps,
  taken,
});

/** Faults that vendors are known for. */
export const faults: readonly NamedFault[] = [
  { name: "connection refused", fault: { type: "refuse" }, at: steps, taken: [false] },
  { name: "connection reset", fault: { type: "reset" }, at: steps, taken: either },
  status(400, { taken: [false] }),
  status(401, { taken: [false] }),
  status(402, { taken: [false] }),
  status(404, { taken: [false] }),
  status(408, { taken: either }),
  status(409, { taken: either }),
  status(422, { taken: [false] }),
  status(429, { taken: [false], headers: { "retry-after": "7" } }),
  status(500, { taken: either }),
  status(502, { taken: either }),
  status(503, { taken: either, headers: { "retry-after": "3" } }),
  status(504, { taken: either }),
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
