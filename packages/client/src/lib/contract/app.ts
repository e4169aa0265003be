import type { Generation, GenerationStatus } from "./generation.js";

/** The types of a model that reach the client: its input as it is sent. */
export interface ModelShape {
  readonly input: unknown;
}

/** The models that a host offers, by name. */
export type ModelMap = Readonly<Record<string, ModelShape>>;

/**
 * The type that `typeof safelight` exposes to the client: a map of models, and no server code. The property exists for
 * the compiler only.
 */
export interface SafelightApp<Models extends ModelMap = ModelMap> {
  readonly $Infer: { readonly models: Models };
}

/**
 * The model map of an app. It is empty if the type degraded to `any` or was not given, so that the first call does not
 * compile.
 */
export type ModelsOf<App extends SafelightApp> = [App] extends [never]
  ? Record<never, ModelShape>
  : 0 extends 1 & App["$Infer"]["models"]
    ? Record<never, ModelShape>
    : App["$Infer"]["models"];

/** Names of the models of an app. */
export type ModelName<App extends SafelightApp> = keyof ModelsOf<App> & string;

/** Input of one model, as it is sent. */
export type ModelInput<App extends SafelightApp, Model extends ModelName<App>> = (ModelsOf<App>[Model] &
  ModelShape)["input"];

/** A value after a JSON round trip; for example, a `Date` becomes a string. */
export type AsJson<Value> = Value extends { toJSON(): infer Sent }
  ? Sent
  : Value extends object
    ? { readonly [Key in keyof Value]: AsJson<Value[Key]> }
    : Value;

/**
 * A generation of one of these models. Its input is the model's input as JSON, before the schema applies defaults. With
 * several models, switch on `model`. Generations that were submitted before a schema change, or to a removed model, keep
 * their old input.
 */
export type GenerationOf<App extends SafelightApp, Model extends ModelName<App> = ModelName<App>> = [
  ModelName<App>,
] extends [never]
  ? Generation
  : Model extends unknown
    ? Generation<Model, AsJson<ModelInput<App, Model>>>
    : never;

/** Rejects members outside `Allowed`, which an inferred type would accept. */
export type NothingElse<Given, Allowed> = { readonly [Key in Exclude<keyof Given, keyof Allowed>]: never };

/** Generations that pass a filter, narrowed to its model and status where these are certain. */
export type ListedBy<App extends SafelightApp, Filter> = InStatus<
  GenerationOf<App, Filter extends { readonly model: infer Model extends ModelName<App> } ? Model : ModelName<App>>,
  Filter extends { readonly status: infer Status extends GenerationStatus } ? Status : GenerationStatus
>;

type InStatus<G extends Generation, Status> = G extends unknown
  ? G["status"] & Status extends never
    ? never
    : G
  : never;
