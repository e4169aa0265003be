import type { Generation, GenerationStatus } from "./generation.js";

/** What the types of a model carry to the client: its input as it is sent. */
export interface ModelShape {
  readonly input: unknown;
}

/** The models that a host offers, by name. */
export type ModelMap = Readonly<Record<string, ModelShape>>;

/**
 * What `typeof safelight` gives the client: one plain map of models, and nothing of the server. The property exists
 * for the compiler only.
 */
export interface SafelightApp<Models extends ModelMap = ModelMap> {
  readonly $Infer: { readonly models: Models };
}

/**
 * The model map of an app. Empty when the type degraded to `any` or was not given, so that the first call already does
 * not compile.
 */
export type ModelsOf<App extends SafelightApp> = [App] extends [never]
  ? Record<never, ModelShape>
  : 0 extends 1 & App["$Infer"]["models"]
    ? Record<never, ModelShape>
    : App["$Infer"]["models"];

/** Names of the models of an app. */
export type ModelName<App extends SafelightApp> = keyof ModelsOf<App> & string;

/** Input of one model as it is sent. */
export type ModelInput<App extends SafelightApp, Model extends ModelName<App>> = (ModelsOf<App>[Model] &
  ModelShape)["input"];

/** What JSON makes of a value: a `Date` is a string when it comes back. */
export type AsJson<Value> = Value extends { toJSON(): infer Sent }
  ? Sent
  : Value extends object
    ? { readonly [Key in keyof Value]: AsJson<Value[Key]> }
    : Value;

/**
 * A generation of one of these models, with the input that the model takes, as JSON and without what its schema fills in;
 * switch on `model` where there are several. What was submitted before a schema was changed, or to a model that is gone, is
 * as it was then.
 */
export type GenerationOf<App extends SafelightApp, Model extends ModelName<App> = ModelName<App>> = [
  ModelName<App>,
] extends [never]
  ? Generation
  : Model extends unknown
    ? Generation<Model, AsJson<ModelInput<App, Model>>>
    : never;

/** Refuses members that are none of `Allowed`, which a type that is inferred would let pass. */
export type NothingElse<Given, Allowed> = { readonly [Key in Exclude<keyof Given, keyof Allowed>]: never };

/** What is listed by a filter: of the model and in the status that are certain to be asked for. */
export type ListedBy<App extends SafelightApp, Filter> = InStatus<
  GenerationOf<App, Filter extends { readonly model: infer Model extends ModelName<App> } ? Model : ModelName<App>>,
  Filter extends { readonly status: infer Status extends GenerationStatus } ? Status : GenerationStatus
>;

type InStatus<G extends Generation, Status> = G extends unknown
  ? G["status"] & Status extends never
    ? never
    : G
  : never;
