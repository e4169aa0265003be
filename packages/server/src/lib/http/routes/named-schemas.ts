import { z } from "zod";

/** The schemas that the OpenAPI document refers to by name: those of whole bodies, and of what several of them share. */
export const namedSchemas = z.registry<{ id: string }>();

/** Gives a schema its name in the document. */
export function name<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  namedSchemas.add(schema, { id });
  return schema;
}
