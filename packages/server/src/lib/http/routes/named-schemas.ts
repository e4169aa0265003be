import { z } from "zod";

/** The named schemas of the OpenAPI document: bodies, and the objects that several bodies share. */
export const namedSchemas = z.registry<{ id: string }>();

/** Registers a schema under its name in the document. */
export function registerSchema<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  namedSchemas.add(schema, { id });
  return schema;
}
