import { readFileSync } from "node:fs";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { parser } from "@prometheus-io/lezer-promql";
import parseText from "parse-prometheus-text-format";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { telemetryHost } from "../../../test/telemetry-host.js";
import { done } from "../../../testing/fakes/scripted-provider.js";

const page = readFileSync(new URL("../../../../../docs/telemetry.md", import.meta.url), "utf8");
const rateLimited = { type: "rejected", failure: { code: "rate_limited", message: "slow down" } } as const;

/** The text of a scrape, through OpenTelemetry's exporter and without OpenTelemetry, after each metric has a value. */
async function scraped() {
  const { ann, collect, server, spans } = await telemetryHost({
    submit: [rateLimited, ({ token }) => ({ type: "accepted", operation: { job: token } })],
    poll: [{ ...done(1), costs: [{ amount: 3, unit: "credits" }] }],
  });
  await ann.finish((await ann.submit({ prompt: "a fox" })).id);
  await spans();
  // Older than the SDK of the meter by a patch, with the same data.
  const otel = new PrometheusSerializer().serialize(await collect());
  return { otel, text: await (await server.safelight.metrics()).text() };
}

/** The samples that an expression selects, by name and labels. */
interface Selector {
  /** A pattern of names. */
  name: string;
  readonly labels: string[];
}

const hasSample = (text: string, { labels, name }: Selector): boolean =>
  text.split("\n").some((line) => {
    return new RegExp(`^${name}[ {]`).test(line) && labels.every((label) => new RegExp(`[{,]${label}="`).test(line));
  });

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly annotations: { readonly summary: string };
}

/** The alert rules of the page. */
const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
const { groups }: { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] } =
  parseYaml(yaml);
const rules = groups.flatMap((group) => group.rules);

/** Syntax errors of an expression, and its selectors with the labels by which it selects and groups. */
function readExpression(expr: string) {
  const errors: number[] = [];
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      const { from, name, to, type } = node;
      const written = expr.slice(from, to);
      const selector = selectors.at(-1);
      if (type.isError) errors.push(from);
      else if (name === "VectorSelector") selectors.push({ name: "", labels: [] });
      else if (name === "LabelName" && node.matchContext(["GroupingLabels"])) grouped.push(written);
      else if (name === "Identifier" && selector) selector.name = written;
      else if (name === "UnquotedLabelMatcher" && selector) {
        const [, label = "", value = ""] = /^(\w+)\s*=~?\s*"(.*)"$/.exec(written) ?? [];
        if (label === "__name__") selector.name = value;
        else selector.labels.push(label);
      }
    },
  });
  return { errors, selectors: selectors.map(({ labels, name }) => ({ name, labels: [...labels, ...grouped] })) };
}

describe("docs/telemetry.md", () => {
  it("lists each metric with its type, and no other", async () => {
    const [, table = ""] = /^## Metrics$([\s\S]*?)^## /m.exec(page) ?? [];
    const listed = [...table.matchAll(/^\| `([a-z_.]+)` \| (\w+)/gm)].map(([, name = "", type = ""]) => {
      return `${name.replaceAll(".", "_")}${type === "counter" ? "_total" : ""} ${type.toUpperCase()}`;
    });
    const exported = parseText((await scraped()).otel).map(({ name, type }) => `${name} ${type}`);
    expect(listed.toSorted()).toEqual(exported.filter((name) => !name.startsWith("target_info")).toSorted());
  });

  it("has alert rules with a name, a summary and a duration that Prometheus reads", () => {
    expect(rules.length).toBeGreaterThan(4);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(Object.keys(rule).filter((key) => !["alert", "expr", "for", "annotations"].includes(key))).toEqual([]);
      expect(rule.alert).toMatch(/^Safelight[A-Za-z]+$/);
      expect(rule.annotations.summary).toMatch(/\.$/);
      expect(rule.for ?? "1m").toMatch(/^\d+[smhd]$/);
    }
  });

  it("has alert rules in PromQL, on metrics and labels that exist", async () => {
    const { otel } = await scraped();
    for (const { alert, expr } of rules) {
      const { errors, selectors } = readExpression(expr);
      expect(errors, alert).toEqual([]);
      expect(selectors.length, alert).toBeGreaterThan(0);
      expect(
        selectors.filter((selector) => !hasSample(otel, selector)),
        alert,
      ).toEqual([]);
    }
  });

  it("has three rules that need only the metrics without OpenTelemetry", async () => {
    const { text } = await scraped();
    const found = rules.filter(({ expr }) => readExpression(expr).selectors.every((each) => hasSample(text, each)));
    expect(found.map(({ alert }) => alert)).toEqual(rules.slice(0, 3).map(({ alert }) => alert));
  });
});
