import type { Json } from "@safelight/client/contract";
import { withUploadFacts } from "../../generation/upload-facts.js";
import { uploadReferencePathsIn } from "../../generation/upload-reference.js";
import type { Caller, ModelDefinition, ModelDefinitions } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";
import { readInputs } from "../inputs/read-inputs.js";
import type { ServiceContext } from "../service-context.js";
import { checkReferenceCount } from "./check-references.js";
import { validateInput } from "./validate-input.js";

/** Max length of a model name in an error, in characters: a caller may send a huge one. */
const maxShownNameLength = 64;

/** Max number of model names in an error. */
const maxShownNames = 20;

/** A valid input of a model that accepts submits, with its price for the caller. */
export interface PricedInput {
  readonly model: ModelDefinition;
  /** The output of the model's schema. */
  readonly parsed: unknown;
  /** `parsed` as the stores keep it. */
  readonly parsedInput: Json;
  readonly credits: number;
}

/**
 * Finds the model, validates the input and computes the price.
 *
 * @throws {ServiceError} unknown_model; invalid_input; unavailable if the schema's own checks time out
 */
export async function priceInput(
  context: Pick<ServiceContext, "clock" | "limits" | "models" | "store">,
  {
    caller,
    model: name,
    input,
    signal,
  }: {
    readonly caller: Caller;
    readonly model: string;
    readonly input: Json;
    readonly signal: AbortSignal | undefined;
  },
): Promise<PricedInput> {
  const model = findModel(context.models, name);
  const parsed = await validateWithUploads(context, { caller, model, input, signal });
  return { model, parsed, parsedInput: toStorable(parsed, name), credits: model.creditsFor(parsed, caller) };
}

/**
 * Validates an input while its fields can read the facts of each upload that it refers to, also of those that only the output
 * of the schema refers to, such as a trimmed text.
 */
async function validateWithUploads(
  context: Pick<ServiceContext, "clock" | "limits" | "store">,
  options: {
    readonly caller: Caller;
    readonly model: ModelDefinition;
    readonly input: Json;
    readonly signal: AbortSignal | undefined;
  },
): Promise<unknown> {
  const { clock, limits } = context;
  const { caller, model, input, signal } = options;
  let paths = uploadReferencePathsIn(input);
  for (;;) {
    const known = paths;
    checkReferenceCount([...known.values()], limits);
    const uploads = await readInputs(context, { caller, ids: [...known.keys()] });
    const parsed = await withUploadFacts(uploads, () => validateInput(model, { input, clock, signal }));
    paths = new Map([...known, ...uploadReferencePathsIn(parsed)]);
    if (paths.size === known.size) return parsed;
  }
}

function findModel(models: ModelDefinitions, name: string): ModelDefinition {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  // As JSON: a name with a line break could forge a log line.
  const shown = JSON.stringify(`${name}`.slice(0, maxShownNameLength));
  if (model === undefined) {
    throw new ServiceError("unknown_model", `Unknown model ${shown}. Use one of: ${offeredNames(models)}.`);
  }
  if (model.retired) {
    throw new ServiceError("unknown_model", `The model ${shown} is retired and accepts no new generations.`);
  }
  return model;
}

/** Names of the models that accept submits, at most `maxShownNames`. */
function offeredNames(models: ModelDefinitions): string {
  const offered = Object.keys(models).filter((name) => models[name]?.retired === false);
  const shown = offered.slice(0, maxShownNames).join(", ");
  return offered.length > maxShownNames ? `${shown}, …` : shown;
}

/** The parsed input is stored for the provider: another process may submit it after a restart. */
function toStorable(parsed: unknown, model: string): Json {
  const json: string | undefined = JSON.stringify(parsed);
  if (json === undefined) throw new TypeError(`The schema of the model "${model}" returned a value that is not JSON.`);
  return JSON.parse(json);
}
