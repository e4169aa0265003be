import { type ProblemCode, problems } from "@safelight/client/contract";
import { z } from "zod";
import { namedSchemas } from "./named-schemas.js";
import { problemsOf, type RouteDescription, routeTable } from "./route-table.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The used subset of an OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
  };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonSchema;
}

interface ResponseObject {
  readonly description: string;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** Clients ignore unknown fields, so no schema forbids them. Zod forbids them on the output side only. */
const options = { io: "input", unrepresentable: "any", uri: (id: string) => `#/components/schemas/${id}` } as const;

/**
 * Describes every route and every problem, from the schemas that the router itself uses.
 *
 * @param options.serverUrl URL of the router, such as `/api/generations`.
 */
export function createOpenApiDocument({ serverUrl }: { readonly serverUrl: string }): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of Object.entries<RouteDescription>(routeTable)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Safelight",
      version: "1",
      description: "AI media generations: submitted once, charged once, watched from any device.",
    },
    servers: [{ url: serverUrl }],
    paths,
    components: { schemas: toSchemas(), responses: problemResponses() },
  };
}

function toOperation(name: string, route: RouteDescription): Operation {
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(route.body !== undefined && {
      requestBody: { required: route.path !== "/:id/retry", content: toContent(route.body, "application/json") },
    }),
    responses: { ...responsesOf(route), ...problemsByStatus(problemsOf(route)) },
  };
}

const pathSchemas: Readonly<Record<string, JsonSchema>> = {
  id: { type: "string", pattern: "^gen_" },
  inputId: { type: "string", pattern: "^inp_" },
  index: { type: "integer", minimum: 0 },
};

function pathParameters({ path }: RouteDescription): Parameter[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: pathSchemas[name] ?? { type: "string" },
  }));
}

function queryParameters({ query }: RouteDescription): Parameter[] {
  const { properties = {} } = query === undefined ? {} : z.toJSONSchema(query, options);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    // `true` and `false` are schemas too, but zod writes neither for a property.
    schema: schema as JsonSchema,
  }));
}

function headerParameters({ headers = [] }: RouteDescription): Parameter[] {
  return headers.map((name) => ({ name, in: "header", required: false, schema: { type: "string" } }));
}

function responsesOf({ responses }: RouteDescription): Record<string, ResponseObject> {
  const list = Object.entries(responses).map(([status, { text, schema }]): [string, ResponseObject] => [
    status,
    { description: text, ...(schema !== null && { content: toContent(schema, "application/json") }) },
  ]);
  return Object.fromEntries(list);
}

/** Merges the problems of each status: several codes may share one. */
function problemsByStatus(codes: readonly ProblemCode[]): Record<string, ResponseObject> {
  const responses: Record<string, ResponseObject> = {};
  for (const code of codes) {
    const { status, title } = problems[code];
    const before = responses[String(status)]?.description;
    responses[String(status)] = toProblemResponse(`${before === undefined ? "" : `${before} `}\`${code}\`: ${title}.`);
  }
  return responses;
}

/** Every problem of the server, by code. */
function problemResponses(): Record<string, ResponseObject> {
  const list = Object.entries(problems)
    .filter(([, { status }]) => status !== null)
    .map(([code, { status, title }]): [string, ResponseObject] => [code, toProblemResponse(`${status}: ${title}.`)]);
  return Object.fromEntries(list);
}

function toProblemResponse(description: string): ResponseObject {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

function toContent(schema: z.ZodType | "bytes" | "file" | "events", contentType: string): Content {
  const binary = { type: "string", format: "binary" } as const;
  if (schema === "file") {
    const form: JsonSchema = { type: "object", properties: { file: binary }, required: ["file"] };
    return {
      "image/*": { schema: binary },
      "video/*": { schema: binary },
      "audio/*": { schema: binary },
      "multipart/form-data": { schema: form },
    };
  }
  if (schema === "events") return { "text/event-stream": { schema: { type: "string" } } };
  if (schema === "bytes") return { "*/*": { schema: binary } };
  const id = namedSchemas.get(schema)?.id;
  if (id === undefined) throw new Error("A schema of a body is not registered: call registerSchema().");
  return { [contentType]: { schema: { $ref: options.uri(id) } } };
}

function toSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(namedSchemas, options);
  const list = Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]): [string, JsonSchema] => [
    id,
    schema,
  ]);
  return Object.fromEntries(list);
}
