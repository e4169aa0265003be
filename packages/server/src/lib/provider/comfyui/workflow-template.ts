/** A node of a workflow in ComfyUI's API format. */
export interface ComfyuiNode {
  readonly class_type: string;
  /** Values, links to other nodes, and placeholders. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A workflow in API format, as ComfyUI exports it: nodes by their ids. */
export type ComfyuiWorkflow = Readonly<Record<string, ComfyuiNode>>;

/** What a placeholder stands for, and what the input gives for it. */
interface PlaceholderKinds {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  /** A reference to an uploaded picture, which becomes the name of its copy on the server. */
  readonly image: string;
  /** Another one for each attempt where the input has none: a server that is asked the same twice makes nothing anew. */
  readonly seed: number | undefined;
}

export type PlaceholderKind = keyof PlaceholderKinds;

/** Every `{{…}}` in a type. */
type PlaceholdersIn<Value> = Value extends `${string}{{${infer Found}}}${infer Rest}`
  ? Found | PlaceholdersIn<Rest>
  : Value extends object
    ? { [Key in keyof Value]: PlaceholdersIn<Value[Key]> }[keyof Value]
    : never;

type NameIn<Placeholder> = Placeholder extends `${infer Name}:${string}` ? Name : Placeholder;

type KindIn<Placeholder> = Placeholder extends `${string}:${infer Kind}`
  ? Kind extends PlaceholderKind
    ? PlaceholderKinds[Kind]
    : never
  : string;

/**
 * The input that fills a workflow's placeholders. A workflow that was imported as JSON has forgotten them: its input may be
 * any object, and is checked when it comes.
 */
export type ComfyuiInput<Workflow> = [PlaceholdersIn<Workflow>] extends [never]
  ? object
  : {
      readonly [Found in PlaceholdersIn<Workflow> & string as Found extends `${string}:seed`
        ? never
        : NameIn<Found> & string]: KindIn<Found>;
    } & {
      readonly [Found in PlaceholdersIn<Workflow> & string as Found extends `${infer Name}:seed` ? Name : never]?:
        | number
        | undefined;
    };

const kinds: ReadonlySet<string> = new Set<PlaceholderKind>(["text", "number", "boolean", "image", "seed"]);
const placeholders = /\{\{(\w+)(?::(\w+))?\}\}/g;

/**
 * The placeholders of a workflow, by their names.
 *
 * @throws {TypeError} for what is no workflow in API format, and for a placeholder that means nothing.
 */
export function readPlaceholders(workflow: ComfyuiWorkflow): ReadonlyMap<string, PlaceholderKind> {
  const found = new Map<string, PlaceholderKind>();
  for (const [id, node] of Object.entries(workflow)) {
    if (typeof Object(node).class_type !== "string" || typeof Object(node).inputs !== "object") {
      throw new TypeError(`"${id}" is no node of a workflow: export it from ComfyUI with "Export (API)"`);
    }
    eachText(node.inputs, (text) => {
      for (const [whole, name = "", kind = "text"] of text.matchAll(placeholders)) {
        if (!isKind(kind)) throw new TypeError(`${whole} is of no kind: ${[...kinds].join(", ")} are`);
        if ((found.get(name) ?? kind) !== kind)
          throw new TypeError(`${name} has two kinds: ${found.get(name)} and ${kind}`);
        if (whole !== text && kind !== "text" && kind !== "number") {
          throw new TypeError(`${whole} must be the whole value, and not a part of a text`);
        }
        found.set(name, kind);
      }
      // It would be drawn as it is written, and paid for.
      if (text.replaceAll(placeholders, " ").includes("{{")) {
        throw new TypeError(
          `"${text}" has a "{{" that begins no placeholder: they look like {{prompt}} or {{width:number}}`,
        );
      }
    });
  }
  return found;
}

/** A workflow with each placeholder replaced. What is filled in is not looked through again. */
export function fillWorkflow(workflow: ComfyuiWorkflow, values: ReadonlyMap<string, unknown>): ComfyuiWorkflow {
  const filled = Object.entries(workflow).map(
    ([id, node]) => [id, { ...node, inputs: fill(node.inputs, values) }] as const,
  );
  return Object.fromEntries(filled);
}

function isKind(word: string): word is PlaceholderKind {
  return kinds.has(word);
}

function eachText(value: unknown, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) eachText(part, visit);
}

function fill<Value>(value: Value, values: ReadonlyMap<string, unknown>): Value;
function fill(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") return fillText(value, values);
  if (Array.isArray(value)) return value.map((part) => fill(part, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part, values)]));
}

/** A placeholder that is the whole value keeps the type of what replaces it. */
function fillText(text: string, values: ReadonlyMap<string, unknown>): unknown {
  const [whole, name = ""] = [...text.matchAll(placeholders)][0] ?? [];
  if (whole === text) return values.get(name);
  return text.replaceAll(placeholders, (_, part: string) => String(values.get(part)));
}
