CREATE TABLE "studio_collection_items" (
	"collection_id" text NOT NULL,
	"generation_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "studio_collection_items_collection_id_generation_id_pk" PRIMARY KEY("collection_id","generation_id")
);
--> statement-breakpoint
CREATE TABLE "studio_collections" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_by" text NOT NULL,
	"visibility" text NOT NULL,
	"organization_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "studio_collection_items" ADD CONSTRAINT "studio_collection_items_collection_id_studio_collections_id_fk" FOREIGN KEY ("collection_id") REFERENCES "public"."studio_collections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "studio_collection_items_owner_id" ON "studio_collection_items" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "studio_collections_created_by" ON "studio_collections" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "studio_collections_organization_id" ON "studio_collections" USING btree ("organization_id");