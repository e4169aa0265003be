import type { Json } from "@safelight/client/contract";
import type { ProviderSubject } from "../../../../testing/provider-contract/bench.js";
import { runProviderContract } from "../../../../testing/provider-contract.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { ProviderOutput, SubmitOutcome } from "../../ports/provider.js";
import { custom } from "./custom.js";

interface Order {
  readonly prompt: string;
}

const inputs = {
  succeeding: { prompt: "a quiet lake" },
  busy: { prompt: "a busy quiet lake" },
  invalid: { prompt: "an invalid quiet lake" },
  failing: { prompt: "a failing quiet lake" },
  losing: { prompt: "a losing quiet lake" },
};
const outputs: readonly ProviderOutput[] = [{ bytes: tinyPng(), contentType: "image/png" }];

runProviderContract("custom with run", async (): Promise<ProviderSubject<Order>> => {
  const paid: string[] = [];
  const open = () =>
    custom<Order>({
      id: "studio",
      run: async ({ input, token }) => {
        const refused = refusalOf(input);
        if (refused !== null) return refused;
        paid.push(token);
        if (input === inputs.losing) throw new TypeError("The connection broke.");
        return outputs;
      },
    });
  return subject(open, paid, { ...inputs, failing: null });
});

runProviderContract("custom with start and poll", async (): Promise<ProviderSubject<Order>> => {
  const paid: string[] = [];
  const jobs = new Map<string, { readonly order: Order; requested: number; canceled: boolean }>();
  const jobOf = (operation: Json) => {
    const job = typeof operation === "string" ? jobs.get(operation) : undefined;
    if (job === undefined) throw new Error("No such job.");
    return job;
  };
  const open = () =>
    custom<Order>({
      id: "studio",
      progress: true,
      start: async ({ input, token }) => {
        const refused = refusalOf(input);
        if (refused !== null) return refused;
        paid.push(token);
        jobs.set(token, { order: input, requested: 0, canceled: false });
        if (input === inputs.losing) throw new TypeError("The connection broke.");
        return { type: "accepted", operation: token };
      },
      poll: async (operation) => {
        const job = jobOf(operation);
        if (job.canceled) return { type: "canceled" };
        if (job.order === inputs.failing) {
          return { type: "failed", failure: { code: "provider_error", message: "The studio burned down." } };
        }
        job.requested += 1;
        return job.requested > 2 ? { type: "done", outputs } : { type: "running", progress: job.requested / 3 };
      },
      cancel: async (operation) => {
        const job = jobOf(operation);
        if (job.requested > 2) return "too_late";
        job.canceled = true;
        return "canceled";
      },
      findByToken: async (token) => (jobs.has(token) ? { type: "found", operation: token } : { type: "unknown" }),
    });
  return subject(open, paid, inputs);
});

function refusalOf(input: Order): SubmitOutcome | null {
  if (input === inputs.busy)
    return { type: "rejected", failure: { code: "rate_limited", message: "Too many at once." } };
  if (input === inputs.invalid)
    return { type: "rejected", failure: { code: "invalid_input", message: "No such size." } };
  return null;
}

function subject(
  open: () => ReturnType<typeof custom<Order>>,
  paid: readonly string[],
  paths: ProviderSubject<Order>["inputs"],
): ProviderSubject<Order> {
  return {
    provider: open(),
    reopen: open,
    advance: async () => {},
    paidRequests: async (token) => paid.filter((one) => one === token).length,
    inputs: paths,
  };
}
