import { randomUUID } from "node:crypto";
import type { Generation } from "@safelight/client/contract";
import { ServiceError } from "@safelight/server";
import { and, count, desc, eq, inArray, ne, or } from "drizzle-orm";
import type { Collection, CollectionItem, CollectionProblem, Visibility } from "../collection-wire.ts";
import type { Database } from "./database.ts";
import type { App } from "./safelight.ts";
import { collectionItems, collections } from "./tables.ts";

/** Each item is one read, so a collection is not endless. */
const maxItems = 200;

/** A user of a request, with the organizations that have the user as a member now. */
export interface Member {
  readonly userId: string;
  readonly organizationIds: readonly string[];
}

/** A refused request. */
export class CollectionError extends Error {
  override readonly name = "CollectionError";
  readonly code: CollectionProblem;

  constructor(code: CollectionProblem) {
    super(code);
    this.code = code;
  }
}

type Row = typeof collections.$inferSelect;

/**
 * Collections of generations, private or shared in an organization. Safelight's own teams share whole galleries, not collections: this
 * code decides which users see an item, and then reads it as its owner.
 */
export class Collections {
  readonly #tables: Database["tables"];
  readonly #api: Pick<App["api"], "get">;

  constructor(tables: Database["tables"], api: Pick<App["api"], "get">) {
    this.#tables = tables;
    this.#api = api;
  }

  /** The collections that a member sees, newest first. */
  async list(member: Member): Promise<readonly Collection[]> {
    const rows = await this.#tables
      .select({ row: collections, itemCount: count(collectionItems.generationId) })
      .from(collections)
      .leftJoin(collectionItems, eq(collectionItems.collectionId, collections.id))
      .where(visibleTo(member))
      .groupBy(collections.id)
      .orderBy(desc(collections.createdAt));
    return rows.map(({ row, itemCount }) => toCollection(row, { member, itemCount }));
  }

  /** A collection with its items, newest first. @throws {CollectionError} not_found */
  async read(member: Member, id: string): Promise<{ collection: Collection; items: readonly CollectionItem[] }> {
    const row = await this.#find(member, id);
    const rows = await this.#tables
      .select()
      .from(collectionItems)
      .where(eq(collectionItems.collectionId, id))
      .orderBy(desc(collectionItems.addedAt));
    const found = await Promise.all(
      rows.map(async ({ generationId, ownerId }) => {
        const generation = await this.#get(ownerId, generationId);
        // Its owner has deleted it.
        if (generation?.status !== "completed") return null;
        const { prompt } = generation.input as { readonly prompt: string }; // The input of each model has it.
        const isRemovable = ownerId === member.userId || row.createdBy === member.userId;
        return { generationId, prompt, outputs: generation.outputs, isRemovable };
      }),
    );
    const items = found.filter((item) => item !== null);
    return { collection: toCollection(row, { member, itemCount: items.length }), items };
  }

  /** @param organizationId shares it with the members; `null`: private. @throws {CollectionError} not_a_member */
  async create(member: Member, { name, organizationId }: { name: string; organizationId: string | null }) {
    const row = {
      id: `col_${randomUUID()}`,
      name,
      createdBy: member.userId,
      createdAt: new Date(),
      ...sharedWith(member, organizationId),
    };
    await this.#tables.insert(collections).values(row);
    return toCollection(row, { member, itemCount: 0 });
  }

  /**
   * Shares a collection, or makes it private. Removes the generations of other members, who have not shared them with its new users.
   *
   * @throws {CollectionError} not_found, not_yours, not_a_member
   */
  async share(member: Member, { id, organizationId }: { id: string; organizationId: string | null }): Promise<void> {
    const found = await this.#findOwn(member, id);
    if (found.organizationId === organizationId) return;
    const ofOthers = and(eq(collectionItems.collectionId, id), ne(collectionItems.ownerId, member.userId));
    await this.#tables.transaction(async (tx) => {
      await tx.delete(collectionItems).where(ofOthers);
      await tx.update(collections).set(sharedWith(member, organizationId)).where(eq(collections.id, id));
    });
  }

  /** Deletes a collection, and no generation. @throws {CollectionError} not_found, not_yours */
  async delete(member: Member, id: string): Promise<void> {
    await this.#findOwn(member, id);
    await this.#tables.delete(collections).where(eq(collections.id, id));
  }

  /** Adds a completed generation of the member. Idempotent. @throws {CollectionError} not_found, not_completed, full */
  async add(member: Member, { id, generationId }: { id: string; generationId: string }): Promise<void> {
    await this.#find(member, id);
    const generation = await this.#get(member.userId, generationId);
    if (generation?.status !== "completed") throw new CollectionError("not_completed");
    const size = await this.#tables.$count(collectionItems, eq(collectionItems.collectionId, id));
    if (size >= maxItems) throw new CollectionError("full");
    await this.#tables
      .insert(collectionItems)
      .values({ collectionId: id, generationId, ownerId: member.userId })
      .onConflictDoNothing();
  }

  /** @throws {CollectionError} not_found, not_yours for the generation of another member */
  async remove(member: Member, { id, generationId }: { id: string; generationId: string }): Promise<void> {
    const { createdBy } = await this.#find(member, id);
    const item = and(eq(collectionItems.collectionId, id), eq(collectionItems.generationId, generationId));
    const [found] = await this.#tables.select().from(collectionItems).where(item);
    if (found === undefined) return;
    if (found.ownerId !== member.userId && createdBy !== member.userId) throw new CollectionError("not_yours");
    await this.#tables.delete(collectionItems).where(item);
  }

  /** Deletes the collections of a user, and the user's generations in those of others. */
  async deleteUser(userId: string): Promise<void> {
    await this.#tables.delete(collections).where(eq(collections.createdBy, userId));
    await this.#tables.delete(collectionItems).where(eq(collectionItems.ownerId, userId));
  }

  async #find(member: Member, id: string): Promise<Row> {
    const [row] = await this.#tables
      .select()
      .from(collections)
      .where(and(eq(collections.id, id), visibleTo(member)));
    if (row === undefined) throw new CollectionError("not_found");
    return row;
  }

  async #findOwn(member: Member, id: string): Promise<Row> {
    const row = await this.#find(member, id);
    if (row.createdBy !== member.userId) throw new CollectionError("not_yours");
    return row;
  }

  async #get(ownerId: string, generationId: string): Promise<Generation | null> {
    try {
      return await this.#api.get({ ownerId }, generationId);
    } catch (error) {
      if (ServiceError.isInstance(error) && error.code === "not_found") return null;
      throw error;
    }
  }
}

/** Its creator, too, sees a shared collection only as a member of its organization. */
function visibleTo({ userId, organizationIds }: Member) {
  const own = and(eq(collections.visibility, "private"), eq(collections.createdBy, userId));
  const shared = and(
    eq(collections.visibility, "organization"),
    inArray(collections.organizationId, [...organizationIds]),
  );
  return organizationIds.length === 0 ? own : or(own, shared);
}

function sharedWith(
  { organizationIds }: Member,
  organizationId: string | null,
): { readonly visibility: Visibility; readonly organizationId: string | null } {
  if (organizationId === null) return { visibility: "private", organizationId };
  if (!organizationIds.includes(organizationId)) throw new CollectionError("not_a_member");
  return { visibility: "organization", organizationId };
}

function toCollection(
  row: Row,
  { member, itemCount }: { readonly member: Member; readonly itemCount: number },
): Collection {
  const { id, name, visibility, organizationId, createdBy } = row;
  return { id, name, visibility, organizationId, itemCount, isMine: createdBy === member.userId };
}
