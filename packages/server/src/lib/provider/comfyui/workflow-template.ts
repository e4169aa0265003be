import { withSetupCode } from "../../ports/setup-error.js";
/** A node of a workflow in ComfyUI's API format. */
export interface ComfyuiNode {
  readonly class_type: string;
  /** Values, links to other nodes, and placeholders. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A workflow in ComfyUI's API format: nodes by id. */
export type ComfyuiWorkflow = Readonly<Record<string, ComfyuiNode>>;

/** Input type of each kind of placeholder. */
interface PlaceholderKinds {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  /** A reference to an uploaded image. It becomes the file name of the image on the server. */
  readonly image: string;
  /** Defaults to a new seed per attempt: ComfyUI does not run the same workflow twice. */
  readonly seed: number | undefined;
}

export type PlaceholderKind = keyof PlaceholderKinds;

/** Placeholders of a string type. */
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
 * Input of a workflow's placeholders. A workflow that was imported as JSON has lost their types, so its input is any
 * object and is validated at run time.
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
 * Finds the placeholders of a workflow, by name.
 *
 * @throws {TypeError} if the workflow is not in API format, and for an invalid placeholder.
 */
export function readPlaceholders(workflow: ComfyuiWorkflow): ReadonlyMap<string, PlaceholderKind> {
  const found = new Map<string, PlaceholderKind>();
  for (const [id, node] of Object.entries(workflow)) {
    if (typeof Object(node).class_type !== "string" || typeof Object(node).inputs !== "object") {
      throw withSetupCode(
        "option_invalid",
        new TypeError(`"${id}" is not a node in API format: export the workflow from ComfyUI with "Export (API)"`),
      );
    }
    eachText(node.inputs, (text) => {
      for (const [whole, name = "", kind = "text"] of text.matchAll(placeholders)) {
        if (!isKind(kind))
          throw withSetupCode(
            "option_invalid",
            new TypeError(`Unknown kind of placeholder ${whole}: use one of ${[...kinds].join(", ")}`),
          );
        if ((found.get(name) ?? kind) !== kind)
          throw withSetupCode(
            "option_invalid",
            new TypeError(`Placeholder ${name} has two kinds: ${found.get(name)} and ${kind}`),
          );
        if (whole !== text && kind !== "text" && kind !== "number") {
          throw withSetupCode(
            "option_invalid",
            new TypeError(`Placeholder ${whole} must be the whole value, not a part of a text`),
          );
        }
        found.set(name, kind);
      }
      // The model would draw the braces literally, and the image would be paid for.
      if (text.replaceAll(placeholders, " ").includes("{{")) {
        throw withSetupCode(
          "option_invalid",
          new TypeError(`Invalid placeholder in "${text}": write {{prompt}} or {{width:number}}`),
        );
      }
    });
  }
  return found;
}

/** Replaces the placeholders of a workflow. Inserted values are not scanned for placeholders. */
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

/** A placeholder that is the whole value keeps the type of its replacement. */
function fillText(text: string, values: ReadonlyMap<string, unknown>): unknown {
  const [whole, name = ""] = [...text.matchAll(placeholders)][0] ?? [];
  if (whole === text) return values.get(name);
  return text.replaceAll(placeholders, (_, part: string) => String(values.get(part)));
}
