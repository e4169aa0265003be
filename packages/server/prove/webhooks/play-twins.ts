import { type Course, type DeliveryPlan, jobMs, type Moment } from "./delivery-plans.js";
import type { WebhookHost } from "./webhook-host.js";

/** The same course twice: told once, and told many times. */
export interface Twins {
  /** Unique. */
  readonly name: string;
  readonly course: Course;
  readonly one: DeliveryPlan;
  readonly many: DeliveryPlan;
}

/** What a batch found. */
export interface TwinsReport {
  /** Call-backs that were sent to those who are told many times. */
  readonly told: number;
  readonly violations: readonly string[];
}

/** One of them. */
interface Life {
  readonly ownerId: string;
  readonly id: string;
  readonly course: Course;
  readonly plan: DeliveryPlan;
  /** Answers to what it was told. */
  readonly answers: number[];
}

/** Lets all of them live side by side, from the submit to after the end, and compares each with its twin. */
export async function playTwins(host: WebhookHost, batch: readonly Twins[]): Promise<TwinsReport> {
  const pairs: { readonly twins: Twins; readonly one: Life; readonly many: Life }[] = [];
  for (const twins of batch) {
    const { course, name } = twins;
    const one = await begin(host, { ownerId: `${name}-once`, course, plan: twins.one });
    const many = await begin(host, { ownerId: `${name}-often`, course, plan: twins.many });
    pairs.push({ twins, one, many });
  }
  const lives = pairs.flatMap(({ one, many }) => [one, many]);
  const tellAll = (moment: Moment) => Promise.all(lives.map((life) => tell(host, life, moment)));
  const cancelAll = async (when: Course["cancels"]): Promise<void> => {
    const leaving = lives.filter(({ course }) => course.cancels === when);
    for (const { ownerId, id } of leaving) await host.api.cancel({ ownerId }, id);
  };

  // The paid requests; while they are on their way, the vendor tells by itself.
  await host.tick();
  await tellAll("running");
  await host.work();
  await cancelAll("early");
  await tellAll("canceling");
  await host.work();
  host.clock.skip(jobMs);
  await cancelAll("late");
  await tellAll("ready");
  await host.finish();
  const ended = await Promise.all(lives.map((life) => seenOf(host, life)));
  await tellAll("ended");
  await host.finish();

  const violations: string[] = [];
  for (const [index, life] of lives.entries()) {
    const [before, after] = [JSON.stringify(ended[index]), JSON.stringify(await seenOf(host, life))];
    if (before !== after) violations.push(`${life.ownerId} changed after its end: ${before} became ${after}`);
    const refused = life.answers.filter((status) => status !== 200 && status !== 202);
    if (refused.length > 0) violations.push(`${life.ownerId}: the vendor was answered ${refused}`);
  }
  for (const { twins, one, many } of pairs) {
    const [single, repeated] = [await endOf(host, one), await endOf(host, many)];
    const { status, isStopped } = twins.course.comesTo;
    if (single.status !== status || single.paid !== 1 || single.stopped !== Number(isStopped)) {
      violations.push(`${one.ownerId} came to ${JSON.stringify(single)}`);
    }
    if (JSON.stringify(single) !== JSON.stringify(repeated)) {
      const [is, should, plan] = [repeated, single, many.plan].map((value) => JSON.stringify(value));
      violations.push(`${many.ownerId} came to ${is} instead of ${should}, told ${plan}`);
    }
  }
  return { told: pairs.reduce((sum, { many }) => sum + many.answers.length, 0), violations };
}

async function begin(host: WebhookHost, life: Pick<Life, "ownerId" | "course" | "plan">): Promise<Life> {
  const { ownerId, course } = life;
  const { generation } = await host.api.submit({ ownerId }, "demo", { prompt: course.name });
  const begun = { ...life, id: generation.id, answers: [] };
  const { reply, end, jobMs } = course;
  host.vendor.plan(generation.id, { reply, end, jobMs, beforeReply: () => tell(host, begun, "in flight") });
  return begun;
}

/** Tells everything of a moment at once. */
async function tell({ vendor, send }: WebhookHost, life: Life, moment: Moment): Promise<void> {
  const [job] = vendor.jobsOf(life.id);
  if (job === undefined) throw new Error(`${life.ownerId} has no job to be told of`);
  const answers = life.plan[moment].map(async (event) => send(await vendor.call(job, event)));
  life.answers.push(...(await Promise.all(answers)));
}

/** What the owner sees of it, and what it did to the balance. */
async function seenOf({ api }: WebhookHost, { ownerId, id }: Life) {
  const { status, version, sequence, refundedCredits, ...rest } = await api.get({ ownerId }, id);
  const { balance } = await api.credits({ ownerId });
  const failure = "error" in rest ? rest.error.code : null;
  const outputs = "outputs" in rest ? rest.outputs.length : 0;
  return { status, failure, outputs, version, sequence, refundedCredits, balance };
}

/** The same, with the vendor's books. */
async function endOf(host: WebhookHost, life: Life) {
  const jobs = host.vendor.jobsOf(life.id);
  const stopped = jobs.filter(({ isCanceled }) => isCanceled).length;
  return { ...(await seenOf(host, life)), paid: jobs.length, stopped };
}
