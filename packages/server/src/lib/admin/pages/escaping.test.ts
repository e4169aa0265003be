import fc from "fast-check";
import { Hono } from "hono";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, it } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { GenerationDetail, OperatorActionRecord } from "../../ports/store/operator-store.js";
import { operatorAccessOf } from "../../service/operator-access.js";
import type { AdminDeps, AdminEnv } from "../admin-context.js";
import { resolveAdminOptions } from "../admin-options.js";
import { marginsOf } from "../margins.js";
import { vendorHealthOf } from "../vendor-health.js";
import { accountPage } from "./account-page.js";
import { actionsPage } from "./actions-page.js";
import { auditPage } from "./audit-page.js";
import { bulkPage } from "./bulk-page.js";
import { confirmBulkPage } from "./confirm-bulk-page.js";
import { errorPage } from "./error-page.js";
import { filePage } from "./file-page.js";
import { generationPage } from "./generation-page.js";
import { generationsPage } from "./generations-page.js";
import type { Markup, PageRequest } from "./layout.js";
import { moneyPage } from "./money-page.js";
import { overviewPage } from "./overview-page.js";
import { vendorsPage } from "./vendors-page.js";

/** A text that is part of no page, and has no character that HTML escapes or URLs encode. */
const plain = "plaintext";

/** Texts that try to leave an element, an attribute, a tag, a comment or a URL. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ..."\"'<>&=/ `;-!\n\t",
        "</title>",
        "</pre>",
        "</script>",
        "<!--",
        "-->",
        "<img src=x onerror=alert(1)>",
        ' onfocus="alert(1)" autofocus x="',
        "&lt;",
        "&#60;",
        "&amp;quot;",
        "javascript:alert(1)",
        "<svg/onload=alert(1)>",
        "]]>",
        "\u2028",
        "{{x}}",
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);

/** A text that the server accepts: others are refused before a page shows them. */
const storable = hostile.filter((text) => invalidTextReason(text) === null);

type Pages = (text: string) => Promise<Readonly<Record<string, string>>>;

/** Renders every page with a text in each field that an owner, a vendor, a host or an operator decides. */
async function openPages(): Promise<Pages> {
  const server = await testServer();
  const owner = server.as("ada");
  const { id } = await owner.finish((await owner.submit()).id);
  const found = await server.store.getDetail({ id });
  if (found === null) throw new Error("The generation is missing.");
  const settings = resolveAdminOptions({ authorize: () => null });
  const access = operatorAccessOf(server.safelight);
  const links = {
    owner: (ownerId: string) => `/users?${ownerId}`,
    account: (accountId: string) => `/users?${accountId}`,
  };

  return async (text) => {
    const deps: AdminDeps = { access, settings: { ...settings, title: text, links }, newKey: () => "form-1234" };
    const record: OperatorActionRecord = {
      actor: text,
      action: "cancel",
      // A `*` or an id would be no link to an account.
      subject: `account ${text}`,
      reason: text,
      position: 1,
      bulk: null,
      at: 0,
      outcome: "applied",
      before: { [text]: text },
      after: { [text]: 1 },
    };
    const summary = {
      ...found.summary,
      ownerId: text,
      accountId: text,
      model: text,
      scope: text,
      providerId: text,
      failureCode: text,
    };
    const entries = found.entries.map((entry) => ({ ...entry, reason: text, ownerId: text }));
    const detail: GenerationDetail = {
      ...found,
      generation: { ...found.generation, ownerId: text, accountId: text, model: text, scope: text, teamId: text },
      summary,
      attempts: [
        {
          number: 1,
          state: "failed",
          providerId: text,
          operation: text,
          failure: { code: "provider_error", message: text },
          costs: [{ unit: text, amount: 1 }],
          startedAt: 0,
          unknownAt: 0,
          endedAt: 1,
          jobCancel: "unknown",
        },
      ],
      entries,
      actions: [record],
    };
    const outcome = {
      interval: 0,
      model: text,
      state: "failed",
      failureCode: text,
      count: 1,
      credits: 1,
      refundedCredits: 0,
    } as const;
    const attempts = { providerId: text, state: "failed", count: 1, unknown: 0, lastAt: 1, generationId: id } as const;
    const views: Readonly<Record<string, (request: PageRequest) => Markup>> = {
      overview: (request) =>
        overviewPage(request, {
          active: [],
          outcomes: [outcome],
          counted: 1,
          now: 0,
          hours: 24,
          stuck: [summary],
          slow: [summary],
          waitingOwners: [{ ownerId: text, waiting: 1, inProgress: 0 }],
          unserved: [text],
          scanLimit: 100,
        }),
      generations: (request) =>
        generationsPage(request, {
          found: { generations: [summary], next: id, isCut: true, now: 0 },
          text,
          isFirst: false,
        }),
      generation: (request) =>
        generationPage(request, {
          detail,
          areVendorDetailsShown: true,
          content: {
            input: { [text]: text },
            metadata: { [text]: text },
            outputs: (["image", "video", "audio"] as const).map((kind) => ({
              kind,
              url: `/a?${text}`,
              thumbnailUrl: `/b?${text}`,
            })),
          },
        }),
      account: (request) =>
        accountPage(request, {
          accountId: text,
          credits: { balance: 5, entries, hasMore: true },
          actions: [record],
          isKeptByHost: false,
          key: "form-1234",
        }),
      "unknown account": (request) =>
        accountPage(request, {
          accountId: text,
          credits: { balance: null, entries: [], hasMore: false },
          actions: [],
          isKeptByHost: false,
          key: "form-1234",
        }),
      actions: (request) =>
        actionsPage(request, {
          actions: [record],
          filter: { action: "cancel", actor: text, owner: text },
          next: 1,
          isCut: false,
          isFirst: false,
        }),
      audit: (request) =>
        auditPage(request, { runningSince: null, violations: [{ check: text, subject: text, detail: text }] }),
      "confirm bulk": (request) =>
        confirmBulkPage(request, {
          search: text,
          isSearch: true,
          selection: { credits: 1, ids: [id], found: 1, isCut: false },
          key: "form-1234",
        }),
      vendors: (request) =>
        vendorsPage(request, {
          span: "1h",
          counted: 1,
          vendors: vendorHealthOf({
            counts: [
              { ...attempts, failureCode: text },
              { ...attempts, failureCode: "forbidden" },
            ],
            times: [{ providerId: text, until: "done", p50Ms: 1, p95Ms: 2 }],
            costs: [{ providerId: text, unit: text, amount: 1 }],
            counted: 1,
            now: 0,
          }),
        }),
      money: (request) =>
        moneyPage(request, {
          span: "24h",
          margins: marginsOf(
            [{ model: text, providerId: text, unit: text, attempts: 1, amount: 1, credits: 1 }],
            settings,
          ),
        }),
      file: (request) =>
        filePage(request, {
          sha256: text,
          outputs: [
            { generationId: id, index: 0, ownerId: text, model: text, kind: "image", createdAt: 0, deletedAt: 0 },
          ],
          maxBytes: 1,
        }),
      bulk: (request) => bulkPage(request, { record, total: 2, applied: 1, unchanged: 0, left: [id] }),
      error: (request) => errorPage(request, { status: 400, message: text }),
    };
    const rendered: Record<string, string> = {};
    for (const [name, view] of Object.entries(views)) {
      const router = new Hono<AdminEnv>().get("*", (c) => c.html(view({ c, deps })));
      const request = new Request(`http://localhost/?q=${encodeURIComponent(text)}&record=1`);
      const operator = { actor: text, may: "everything" } as const;
      rendered[name] = await (await router.fetch(request, { operator, path: "/" })).text();
    }
    return rendered;
  };
}

/**
 * The elements with their attributes and texts, as a parser of HTML finds them. Of a URL, the part before the query. Of a
 * link to a search, only the text: a value that no search can express has no link.
 */
function shapeOf(node: DefaultTreeAdapterTypes.Node): readonly string[] {
  const attributes = "attrs" in node ? node.attrs : [];
  const isSearch = attributes.some(({ name, value }) => name === "href" && value.includes("/generations?q="));
  if (isSearch && "childNodes" in node) return node.childNodes.flatMap(shapeOf);
  const values = attributes.map(({ name, value }) => {
    return `${node.nodeName} ${name} ${["href", "src"].includes(name) ? value.split("?")[0] : value}`;
  });
  if ("value" in node) return [`text ${node.value}`];
  const children = "childNodes" in node ? joinTexts(node.childNodes.flatMap(shapeOf)) : [];
  return [`<${node.nodeName}>`, ...values, ...children];
}

/** Text within and beside a link to a search as one text. */
function joinTexts(shape: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const item of shape) {
    const last = joined.at(-1);
    const isText = item.startsWith("text ") && last?.startsWith("text ");
    if (isText) joined[joined.length - 1] += item.slice("text ".length);
    else joined.push(item);
  }
  return joined;
}

describe("each page", () => {
  it("keeps every text within its element or attribute", async () => {
    const pages = await openPages();
    const expected = Object.entries(await pages(plain)).map(([name, page]) => [name, shapeOf(parse(page))] as const);
    await fc.assert(
      fc.asyncProperty(storable, async (text) => {
        const rendered = await pages(text);
        for (const [name, shape] of expected) {
          expect({ name, shape: shapeOf(parse(rendered[name] ?? "")) }).toEqual({
            name,
            shape: shape.map((item) =>
              item
                // The content of the owner is JSON.
                .replaceAll(`"${plain}"`, () => JSON.stringify(text))
                .replaceAll(plain, () => text.replaceAll(/\r\n?/g, "\n")),
            ),
          });
        }
      }),
      // The names of members that every object inherits.
      { numRuns: 30, examples: [["constructor"], ["__proto__"]] },
    );
  });
});
