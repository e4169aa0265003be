/**
 * The rooms of the packages and the only directions in which they may import (ARCHITECTURE.md, "Rooms"). Imports of
 * types count. One named rule per forbidden arrow, so that a violation says which arrow was drawn. Circles are forbidden
 * in the whole repository.
 */

const tests = String.raw`\.test(-d)?\.tsx?$`;

const room = (name) => `^packages/server/src/lib/${name}/`;

/** Folders below `packages/server/src/lib`, and what each may import beside itself. */
const serverRooms = {
  compose: [
    "announce",
    "api",
    "http",
    "worker",
    "copier",
    "media",
    "provenance",
    "service",
    "ports",
    "generation",
    "model",
    "ledger",
    "dispatcher",
    "event-bus",
    "telemetry",
    "process",
    "signing",
    "bytes",
  ],
  http: ["service", "ports", "generation", "model", "process", "signing", "bytes"],
  // The operator page: its own router, beside http.
  admin: ["http", "service", "ports", "generation", "model", "ledger", "process", "bytes", "json"],
  // The owner's verbs without HTTP, beside http.
  api: ["service", "ports", "model"],
  // Host hooks and outgoing webhooks.
  announce: ["service", "ports", "generation", "signing"],
  worker: ["ports", "generation", "model", "ledger", "media", "provenance", "process", "signing", "bytes", "json"],
  service: ["ports", "generation", "model", "ledger", "media", "provenance", "process", "signing", "bytes", "json"],
  ports: ["generation"],
  store: ["ports", "generation", "model", "ledger", "process", "bytes"],
  provider: ["ports", "generation", "model", "ledger", "signing", "process", "bytes", "json"],
  // The key ring and what it signs: media URLs, webhook URLs, ids of ledger entries; Standard Webhooks in both directions.
  signing: ["ports", "bytes"],
  storage: ["ports", "generation", "model", "ledger", "process", "bytes"],
  // The command line opens existing stores and folders; it does not compose a server.
  cli: ["admin", "store", "storage", "service", "ports", "generation", "process", "signing", "bytes"],
  // Checks every link of a provider before a connection is opened.
  copier: ["ports", "generation", "process", "bytes"],
  dispatcher: ["ports", "process"],
  // Traces and metrics through the host's OpenTelemetry.
  telemetry: ["ports", "generation", "model"],
  "event-bus": ["ports", "model", "process", "bytes"],
  // The running process: clock, time limits, optional packages, shared calls, the channel between copies of the package.
  process: ["ports"],
  // A model names the provider that runs it.
  model: ["ports", "generation"],
  generation: [],
  ledger: ["generation"],
  // Type and size of an image, read from its bytes, and the scaler.
  media: ["ports", "bytes"],
  // Machine-readable marks of AI media: finds those of a file, and inserts them.
  provenance: ["ports", "media", "bytes"],
  // Pure rules without imports: encodings, hashes, bounded reading; JSON and text that can be stored.
  bytes: [],
  json: [],
};

/** Sub-rooms of a room, outermost first: each may import the later ones only. */
const subRooms = {
  worker: ["loop", "outbox", "steps", "outputs", "context"],
  http: ["mount", "handlers", "routes", "request"],
};

const subRoomRules = Object.entries(subRooms).flatMap(([name, order]) =>
  order.flatMap((from, index) =>
    order.slice(0, index).map((to) => ({
      name: `server-${name}-${from}-not-to-${to}`,
      comment: `In ${name}: ${order.join(" → ")}.`,
      severity: "error",
      from: { path: `${room(name)}${from}/`, pathNot: tests },
      to: { path: `${room(name)}${to}/` },
    })),
  ),
);

/** The mocked server, which is for the tests of hosts alone. */
const clientMsw = "^packages/client/src/lib/msw/";

const roomRules = Object.entries(serverRooms).flatMap(([from, allowed]) =>
  Object.keys(serverRooms)
    .filter((to) => to !== from && !allowed.includes(to))
    .map((to) => ({
      name: `server-${from}-not-to-${to}`,
      comment: `${from} may import: ${allowed.join(", ") || "the contract only"}.`,
      severity: "error",
      from: { path: room(from), pathNot: tests },
      to: { path: room(to) },
    })),
);

/** A library that only some rooms may know. */
const onlyIn = (name, { library, rooms, comment }) => ({
  name,
  comment,
  severity: "error",
  from: { path: "^packages/[^/]+/src/", pathNot: [tests, ...rooms] },
  to: { path: `(^|/)node_modules/${library}/|^${library}(/|$)` },
});

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "No import circles, also of types: a part that cannot be read without itself cannot be read.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      comment: "The file or package does not exist, or the package is not a dependency.",
      severity: "error",
      // The peers of the benchmarks, the hosts and the Next example are installed by their own steps of the check, the
      // product, the recipes, Expo and the frameworks by `pnpm examples`, and the engines and releases of Postgres by
      // `pnpm prove:dispatchers` and `pnpm prove:postgres`. The files of a starter are compiled in the app that `safelight init` makes.
      from: {
        pathNot: [
          "^packages/server/starters/",
          "^benchmarks/peers/",
          "^fault-tests/(engines|stores)/",
          "^examples/(expo|hosts|nextjs|product|react-router|recipes|sveltekit|tanstack-start|workers)/",
          "^scripts/consumer/",
          "^scripts/release/rehearsal/host/",
        ],
      },
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-dependency",
      comment:
        "What a package imports at run time or in its types is its dependency or its peer, or a host does not get it.",
      severity: "error",
      // The build puts the libraries of the command line into its own chunks (decision 38).
      from: { path: "^packages/[^/]+/(src|testing)/", pathNot: [tests, room("cli")] },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["npm", "npm-peer", "npm-optional"],
      },
    },

    // Entries ---------------------------------------------------------------------------------------------------------
    {
      name: "entry-not-to-entry",
      comment: "An entry re-exports what is in lib; an entry behind an entry hides what a host loads.",
      severity: "error",
      from: { path: String.raw`^packages/([^/]+)/src/(?!lib/).+\.tsx?$`, pathNot: tests },
      to: { path: String.raw`^packages/$1/src/(?!lib/).+\.tsx?$` },
    },
    {
      name: "lib-not-to-own-entry",
      comment: "Import the file that owns a thing, never the index from inside.",
      severity: "error",
      from: { path: "^packages/([^/]+)/src/lib/", pathNot: tests },
      // Both packages load this entry later: another module of its code would be another chunk.
      to: { path: String.raw`^packages/$1/src/(?!lib/).+\.tsx?$`, pathNot: String.raw`^packages/client/src/live\.ts$` },
    },
    {
      name: "packages-meet-at-entries",
      comment: "Another package's lib is private: import one of its entries.",
      severity: "error",
      from: { path: "^packages/([^/]+)/(src|testing)/" },
      to: { path: "^packages/[^/]+/(src/lib|testing)/", pathNot: "^packages/$1/" },
    },
    {
      name: "no-production-to-test",
      comment: "What ships must not need a test.",
      severity: "error",
      from: { path: "^packages/[^/]+/(src|testing)/", pathNot: tests },
      to: { path: tests },
    },

    {
      name: "packages-not-to-workspace",
      comment: "A package ships without the fault tests, benchmarks, examples and scripts of this repository.",
      severity: "error",
      from: { path: "^packages/[^/]+/(src|testing|test)/" },
      to: { path: "^(fault-tests|benchmarks|examples|scripts)/" },
    },
    {
      name: "examples-only-to-entries",
      comment: "An example is a host: it imports the entries of the packages only.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^packages/[^/]+/(src/lib|testing|test)/" },
    },

    // Packages --------------------------------------------------------------------------------------------------------
    {
      name: "contract-alone",
      comment: "The contract is plain types and constants: it imports nothing but itself.",
      severity: "error",
      from: { path: "^packages/client/src/(contract\\.ts$|lib/contract/)", pathNot: tests },
      to: { pathNot: "^packages/client/src/lib/contract/" },
    },
    {
      name: "client-not-to-react",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: tests },
      to: { path: "^packages/react/" },
    },
    {
      name: "client-not-to-server",
      comment: "The browser must never pull in the server, not even its types.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: tests },
      to: { path: "^packages/server/" },
    },
    {
      name: "client-without-other-dependencies",
      comment: "The client is the lightest package: it has no dependencies.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: [tests, clientMsw] },
      to: { path: "(^|/)node_modules/" },
    },
    {
      name: "client-msw-only-to-contract",
      comment: "The mocked server speaks the contract: it knows neither the client nor anything but its peer.",
      severity: "error",
      from: { path: clientMsw, pathNot: tests },
      to: { pathNot: ["^packages/client/src/lib/contract/", clientMsw, "/node_modules/msw/"] },
    },
    {
      name: "client-not-to-msw",
      comment: "A page must never load the server of its tests.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: [tests, clientMsw, String.raw`^packages/client/src/msw\.ts$`] },
      to: { path: clientMsw },
    },
    {
      name: "client-not-to-devtools",
      comment: "No other entry loads the developer tools.",
      severity: "error",
      from: {
        path: "^packages/client/src/",
        pathNot: [tests, "^packages/client/src/lib/devtools/", String.raw`^packages/client/src/devtools\.ts$`],
      },
      to: { path: "^packages/client/src/lib/devtools/" },
    },
    {
      name: "react-not-to-server",
      comment: "The browser must never pull in the server, not even its types.",
      severity: "error",
      from: { path: "^packages/react/src/", pathNot: tests },
      to: { path: "^packages/server/" },
    },
    {
      name: "react-without-other-dependencies",
      comment: "The hooks need React, TanStack Query and the client, and nothing else.",
      severity: "error",
      from: { path: "^packages/react/src/", pathNot: tests },
      to: {
        path: "(^|/)node_modules/",
        pathNot: "/node_modules/(react|@types/react|@tanstack/(react-query|query-core))/",
      },
    },
    {
      name: "blocks-only-to-entries",
      comment: "A host copies the blocks: they need React, public entries and each other, and nothing else.",
      severity: "error",
      from: { path: "^packages/react/blocks/", pathNot: tests },
      to: {
        pathNot: [
          "^packages/react/blocks/",
          String.raw`^packages/react/src/(index|notices|query|quote)\.ts$`,
          String.raw`^packages/client/src/(index|contract|upload)\.ts$`,
          "/node_modules/(react|@types/react|@tanstack/react-query)/",
        ],
      },
    },
    {
      name: "packages-not-to-blocks",
      comment: "The blocks are built on the hooks: the hooks stay headless.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: "^packages/react/blocks/" },
    },
    {
      name: "server-not-to-react",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: tests },
      to: { path: "^packages/react/" },
    },
    {
      name: "server-not-to-demo-provider",
      comment: "The demo provider depends on the server: its tests would close a circle.",
      severity: "error",
      from: { path: "^packages/server/src/" },
      to: { path: "^packages/demo-provider/" },
    },
    {
      name: "demo-provider-only-to-server",
      comment: "Like any provider from outside, it needs public entries of the server, and no code for browsers.",
      severity: "error",
      from: { path: "^packages/demo-provider/src/", pathNot: tests },
      to: { path: "^packages/(client|react)/" },
    },
    {
      name: "server-only-to-contract",
      comment: "Of the client the server knows the contract alone.",
      severity: "error",
      from: { path: "^packages/server/(src|testing)/", pathNot: tests },
      to: { path: "^packages/client/", pathNot: String.raw`^packages/client/src/contract\.ts$` },
    },

    // Rooms of the server ---------------------------------------------------------------------------------------------
    ...roomRules,
    ...subRoomRules,
    {
      name: "server-lib-not-outside-rooms",
      comment: "Every file of the server lives in a room: a new room needs a row in .dependency-cruiser.cjs.",
      severity: "error",
      from: { path: "^packages/server/src/" },
      to: {
        path: "^packages/server/src/lib/",
        pathNot: `^packages/server/src/lib/(${Object.keys(serverRooms).join("|")})/`,
      },
    },
    {
      name: "server-not-to-testing",
      comment: "Contract suites and fakes are for tests: only their two entries re-export them.",
      severity: "error",
      from: {
        path: "^packages/server/src/",
        pathNot: [tests, String.raw`^packages/server/src/(testing|vendors)\.ts$`],
      },
      to: { path: "^packages/server/(testing|test)/" },
    },
    {
      name: "server-adapter-not-to-sibling",
      comment: "Adapters know their vendor, their port and what all vendors have in common, never each other.",
      severity: "error",
      from: { path: "^packages/server/src/lib/(provider|store)/(?!rows/)([^/]+)/", pathNot: tests },
      to: {
        path: "^packages/server/src/lib/$1/[^/]+/",
        pathNot: "^packages/server/src/lib/($1/$2|provider/kit|store/(arguments|calls|clock|copy|rows|schema))/",
      },
    },
    {
      name: "server-store-kit-not-to-adapter",
      comment: "Whatever the stores share knows none of them. Only the types of rows are those of one schema.",
      severity: "error",
      from: { path: "^packages/server/src/lib/store/(arguments|calls|clock|copy|rows|schema)/", pathNot: tests },
      to: {
        path: "^packages/server/src/lib/store/(libsql|libsql-server|postgres)/",
        pathNot: "libsql/schema/schema[.]ts$",
      },
    },
    onlyIn("drizzle-only-in-schema-and-queries", {
      library: "drizzle-orm",
      rooms: [
        room("store/libsql/schema"),
        room("store/libsql/queries"),
        `${room("store/postgres/schema")}schema[.]ts$`,
      ],
      comment:
        "No host loads drizzle without a schema entry: the text of the queries is in statements/reads.ts (decision 28).",
    }),
    {
      name: "queries-not-at-run-time",
      comment: "A test builds the text of the queries with drizzle; the store runs that text (decision 28).",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: [tests, room("store/libsql/queries")] },
      to: { path: room("store/libsql/queries") },
    },
    {
      name: "schema-only-as-types",
      comment: "The store takes the types of rows from the schema. Its values would load drizzle (decision 28).",
      severity: "error",
      from: { path: room("store"), pathNot: [tests, room("store/libsql/queries")] },
      to: {
        path: "^packages/server/src/lib/store/(libsql|postgres)/schema/schema\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    onlyIn("libsql-only-in-store", {
      library: "(@libsql/client|libsql)",
      rooms: [room("store"), "^packages/demo-provider/src/lib/vendor/"],
      comment:
        "Only the store's adapter knows the driver, and the vendor of the demo provider, which has its own file.",
    }),
    onlyIn("hono-only-in-http-admin-and-compose", {
      library: "hono",
      rooms: [room("http"), room("admin"), room("compose")],
      comment: "Requests and responses are the business of http and the operator page alone.",
    }),
    onlyIn("sharp-only-in-media", {
      library: "(sharp|thumbhash)",
      rooms: [room("media"), "^packages/demo-provider/src/lib/image/"],
      comment: "Whether pictures can be made small is known in one place.",
    }),
    onlyIn("command-line-libraries-only-in-cli", {
      library: "(@clack/prompts|package-manager-detector|get-tsconfig|compare-versions)",
      rooms: [room("cli")],
      comment: "The build puts them into the chunks of the command line: a server never loads them.",
    }),
    onlyIn("event-streams-only-in-openai", {
      library: "eventsource-parser",
      rooms: [room("provider/openai")],
      comment: "One adapter reads the event streams of a vendor. Hosts without it do not load the reader.",
    }),
    onlyIn("opentelemetry-only-in-telemetry", {
      library: "@opentelemetry",
      rooms: [room("telemetry")],
      comment: "Hosts without telemetry do not install it: everything else knows the port.",
    }),
    onlyIn("zod-only-in-http", {
      library: "(zod|@hono/zod-validator)",
      rooms: [room("http"), String.raw`^packages/server/src/(zod|lib/model/upload-input)\.ts$`],
      comment: "A host's schema is any Standard Schema; what is made of zod for hosts has an entry of its own.",
    }),
  ],
  options: {
    parser: "tsc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(packages|examples|benchmarks)/((?!node_modules/).)*/?(dist|[.]next|[.]data|test-results)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@safelight/source", "types", "import", "node", "default"],
      mainFields: ["module", "main", "types"],
    },
    skipAnalysisNotInRules: true,
  },
};
