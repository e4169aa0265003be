import { type DeliveryPlan, jobMs, type Moment, type Scenario } from "./delivery-plans.js";
import type { WebhookHost } from "./webhook-host.js";

/** One scenario with two generations: one with single deliveries, one with repeated ones. */
export interface TwinPair {
  /** Unique. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly one: DeliveryPlan;
  readonly many: DeliveryPlan;
}

/** Result of a batch. */
export interface TwinsReport {
  /** Webhooks sent to the generations with repeated deliveries. */
  readonly delivered: number;
  readonly violations: readonly string[];
}

/** One generation. */
interface Twin {
  readonly ownerId: string;
  readonly id: string;
  readonly scenario: Scenario;
  readonly plan: DeliveryPlan;
  /** Statuses of the responses to its webhooks. */
  readonly statuses: number[];
}

/** Plays all generations concurrently, from submit to after the end, and compares each with its twin. */
export async function playTwins(host: WebhookHost, batch: readonly TwinPair[]): Promise<TwinsReport> {
  const pairs: { readonly pair: TwinPair; readonly one: Twin; readonly many: Twin }[] = [];
  for (const pair of batch) {
    const { scenario, name } = pair;
    const one = await begin(host, { ownerId: `${name}-once`, scenario, plan: pair.one });
    const many = await begin(host, { ownerId: `${name}-often`, scenario, plan: pair.many });
    pairs.push({ pair, one, many });
  }
  const twins = pairs.flatMap(({ one, many }) => [one, many]);
  const deliverAll = (moment: Moment) => Promise.all(twins.map((twin) => deliver(host, { twin, moment })));
  const cancelAll = async (when: Scenario["cancels"]): Promise<void> => {
    const leaving = twins.filter(({ scenario }) => scenario.cancels === when);
    for (const { ownerId, id } of leaving) await host.api.cancel({ ownerId }, id);
  };

  // Sends the paid requests; the vendor delivers the webhooks of "in flight" itself.
  await host.tick();
  await deliverAll("running");
  await host.work();
  await cancelAll("early");
  await deliverAll("canceling");
  await host.work();
  host.clock.skip(jobMs);
  await cancelAll("late");
  await deliverAll("ready");
  await host.finish();
  const ended = await Promise.all(twins.map((twin) => seenOf(host, twin)));
  await deliverAll("ended");
  await host.finish();

  const violations: string[] = [];
  for (const [index, twin] of twins.entries()) {
    const [before, after] = [JSON.stringify(ended[index]), JSON.stringify(await seenOf(host, twin))];
    if (before !== after) violations.push(`${twin.ownerId} changed after its end: ${before} became ${after}`);
    const refused = twin.statuses.filter((status) => status !== 200 && status !== 202);
    if (refused.length > 0) violations.push(`${twin.ownerId}: the vendor got ${refused}`);
  }
  for (const { pair, one, many } of pairs) {
    const [single, repeated] = [await endOf(host, one), await endOf(host, many)];
    const { status, isStopped } = pair.scenario.expected;
    if (single.status !== status || single.paid !== 1 || single.stopped !== Number(isStopped)) {
      violations.push(`${one.ownerId} ended as ${JSON.stringify(single)}`);
    }
    if (JSON.stringify(single) !== JSON.stringify(repeated)) {
      const [is, should, plan] = [repeated, single, many.plan].map((value) => JSON.stringify(value));
      violations.push(`${many.ownerId} ended as ${is} instead of ${should}, with deliveries ${plan}`);
    }
  }
  return { delivered: pairs.reduce((sum, { many }) => sum + many.statuses.length, 0), violations };
}

async function begin(host: WebhookHost, twin: Pick<Twin, "ownerId" | "scenario" | "plan">): Promise<Twin> {
  const { ownerId, scenario } = twin;
  const { generation } = await host.api.submit({ ownerId }, "demo", { prompt: scenario.name });
  const begun = { ...twin, id: generation.id, statuses: [] };
  const { response, end, jobMs } = scenario;
  host.vendor.plan(generation.id, {
    response,
    end,
    jobMs,
    beforeResponse: () => deliver(host, { twin: begun, moment: "in flight" }),
  });
  return begun;
}

/** Delivers all webhooks of a moment concurrently. */
async function deliver(
  { vendor, send }: WebhookHost,
  { twin, moment }: { readonly twin: Twin; readonly moment: Moment },
): Promise<void> {
  const [job] = vendor.jobsOf(twin.id);
  if (job === undefined) throw new Error(`${twin.ownerId} has no job to send webhooks for`);
  const statuses = twin.plan[moment].map(async (event) => send(await vendor.sign(job, event)));
  twin.statuses.push(...(await Promise.all(statuses)));
}

/** The generation as its owner sees it, with the balance. */
async function seenOf({ api }: WebhookHost, { ownerId, id }: Twin) {
  const { status, version, sequence, refundedCredits, ...rest } = await api.get({ ownerId }, id);
  const { balance } = await api.credits({ ownerId });
  const failure = "error" in rest ? rest.error.code : null;
  const outputs = "outputs" in rest ? rest.outputs.length : 0;
  return { status, failure, outputs, version, sequence, refundedCredits, balance };
}

/** The same, with the number of billed and stopped jobs. */
async function endOf(host: WebhookHost, twin: Twin) {
  const jobs = host.vendor.jobsOf(twin.id);
  const stopped = jobs.filter(({ isCanceled }) => isCanceled).length;
  return { ...(await seenOf(host, twin)), paid: jobs.length, stopped };
}
