import type { AdminPermission } from "../../packages/server/src/lib/admin/admin-options.js";

/** A route of the operator page. */
export interface OperatorRoute {
  /** The permission that it needs; `null` for a read. */
  readonly permission: AdminPermission | null;
  /** State of the generation whose id a permitted request has. @default "completed" */
  readonly state?: string;
  /** Search of a permitted GET. */
  readonly query?: string;
  /** Fields of a permitted request, besides the reason. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Every route. One that is missing here is a violation. */
export const operatorRoutes: Readonly<Record<string, OperatorRoute>> = {
  "GET /": { permission: null },
  "GET /generations": { permission: null },
  "GET /generations/:id": { permission: null },
  "GET /bulk": { permission: null, query: "?q=" },
  "GET /bulk/:id": { permission: null, state: "bulk" },
  "POST /bulk/wake": { permission: "wake", fields: { q: "model:bulk", key: "form-0002" } },
  "POST /bulk/cancel": { permission: "cancel", fields: { q: "status:processing", key: "form-0003" } },
  "POST /bulk/end": { permission: "end", fields: { q: "model:bulk", key: "form-0004" } },
  "GET /accounts": { permission: null },
  "GET /vendors": { permission: null },
  "GET /money": { permission: null },
  "GET /deliveries": { permission: null },
  "POST /deliveries/:id/deliver": { permission: "deliver", state: "delivery" },
  "POST /deliveries/:id/drop": { permission: "drop", state: "delivery" },
  "GET /files": { permission: null },
  "POST /files": { permission: null, fields: { file: "content" } },
  "GET /actions": { permission: null },
  "GET /audit": { permission: null },
  "GET /assets/:hash.css": { permission: null },
  "GET /assets/:hash.js": { permission: null },
  "POST /generations/:id/wake": { permission: "wake", state: "running" },
  "POST /generations/:id/cancel": { permission: "cancel", state: "queued" },
  "POST /generations/:id/end": { permission: "end", state: "running" },
  "POST /generations/:id/refund": { permission: "refund", fields: { credits: "1" } },
  "POST /generations/:id/reveal": { permission: "reveal" },
  "POST /generations/:id/reveal_vendor_details": { permission: "reveal_vendor_details" },
  "POST /generations/:id/retry": { permission: "retry", fields: { charge: "free", key: "form-0005" } },
  "POST /generations/:id/announce": { permission: "announce" },
  "POST /generations/:id/delete": { permission: "delete" },
  "POST /accounts/adjust": { permission: "adjust", fields: { id: "ada", amount: "1", key: "form-0001" } },
  "POST /audit": { permission: "audit" },
};

/** Methods of requests without access to every path. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Headers of a write from another site, or of a client that pretends not to be one. */
export const foreignSources: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "another origin": { origin: "https://evil.example" },
  "another origin with a forged Sec-Fetch-Site": { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
  "another port": { origin: "https://app.example:8443" },
  "an opaque origin": { origin: "null" },
  "an empty origin": { origin: "" },
  "no origin": {},
  "no origin with a forged Sec-Fetch-Site": { "sec-fetch-site": "same-origin" },
  "another site": { origin: "https://app.example", "sec-fetch-site": "cross-site" },
  "another subdomain": { origin: "https://app.example", "sec-fetch-site": "same-site" },
  "an unknown Sec-Fetch-Site": { origin: "https://app.example", "sec-fetch-site": "Same-Origin" },
};

/** The types of a body that a form of another site can have, and the one that none can have. */
export const bodyTypes = {
  form: "application/x-www-form-urlencoded",
  text: "text/plain",
  json: "application/json",
} as const;

/** Texts that a path, a search, a cursor or a field may contain. */
export const hostileTexts: readonly string[] = [
  "",
  " ",
  "x",
  "../../etc/passwd",
  "..%2f..%2f",
  "gen_01900000-0000-7000-8000-00000000ffff",
  "GEN_01900000-0000-7000-8000-00000000FFFF",
  "gen_01900000-0000-7000-8000-00000000ffff'--",
  "' OR 1=1 --",
  '"; DROP TABLE safelight_generations; --',
  "%",
  "_",
  "*",
  "\u0000",
  "a\u0000b",
  "\u202e\u200b",
  "\u{1f600}".repeat(300),
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "status:",
  "status:toString",
  "state:__proto__",
  "is:stuck is:stuck state:queued status:failed",
  'is:slow status:failed,toString,,completed model:a,"b,c"',
  "after:+275760-09-13T00:00:00Z",
  "before:-271821-04-20T00:00:00Z",
  "after:NaN before:Infinity",
  'owner:"',
  'owner:""',
  `owner:${"a".repeat(8_000)}`,
  "model:x ".repeat(900),
  "-1",
  "0",
  "1e3",
  "0x10",
  "NaN",
  "Infinity",
  "9007199254740991",
  "9007199254740993",
  "99999999999999999999",
  "1.5",
];
