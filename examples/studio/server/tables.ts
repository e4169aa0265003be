import { index, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** A user's collection of generations. Safelight's own tables begin with `safelight_`, Better Auth's have its names. */
export const collections = pgTable(
  "studio_collections",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** The user who created it, and alone may share or delete it. */
    createdBy: text("created_by").notNull(),
    /** `private`: its creator alone sees it. `organization`: the members of `organization_id` alone see it, and may add to it. */
    visibility: text("visibility", { enum: ["private", "organization"] }).notNull(),
    /** `null` for a private collection. */
    organizationId: text("organization_id"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index("studio_collections_created_by").on(table.createdBy),
    index("studio_collections_organization_id").on(table.organizationId),
  ],
);

/** A generation in a collection. */
export const collectionItems = pgTable(
  "studio_collection_items",
  {
    collectionId: text("collection_id")
      .notNull()
      .references(() => collections.id, { onDelete: "cascade" }),
    generationId: text("generation_id").notNull(),
    /** The owner of the generation, who added it. */
    ownerId: text("owner_id").notNull(),
    addedAt: timestamp("added_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.collectionId, table.generationId] }),
    index("studio_collection_items_owner_id").on(table.ownerId),
  ],
);
