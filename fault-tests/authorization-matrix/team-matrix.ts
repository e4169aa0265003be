import type { RouteDescription } from "../../packages/server/src/lib/http/routes/route-table.js";

/** Ada's generations are shared with this team, except the one in the state `private`. */
const sharedTeam = "everyone";

/** A caller of the gallery of a team, and the expected status for a shared generation of Ada's. */
interface TeamCaller {
  readonly name: string;
  /** Key of `teamIdentities`. */
  readonly identity: string;
  /** Of a read, and of a cancel or a deletion. */
  readonly status: { readonly read: number; readonly change: number };
}

/** Results of `identify` by the name of the caller. */
export const teamIdentities: ReadonlyMap<
  string,
  { readonly ownerId: string; readonly accountId: string; readonly teamId?: string }
> = new Map([
  ["member", { ownerId: "member", accountId: "ada", teamId: sharedTeam }],
  ["former", { ownerId: "former", accountId: "ada" }],
  // A member of two teams, now in the other one.
  ["both", { ownerId: "both", accountId: "ada", teamId: "band" }],
]);

const callers: readonly TeamCaller[] = [
  { name: "a member", identity: "member", status: { read: 200, change: 403 } },
  { name: "a former member", identity: "former", status: { read: 403, change: 403 } },
  { name: "a member who is in another team now", identity: "both", status: { read: 404, change: 404 } },
];

/** Sends a request as a caller, and returns its status and its whole response. */
export type SendAs = (
  identity: string,
  request: { readonly route: RouteDescription; readonly id: string; readonly query: string },
) => Promise<{ readonly status: number; readonly text: string }>;

/** Sends the requests of members, former members and members of two teams to every route with a gallery and an id. */
export async function checkTeams(
  routes: readonly (readonly [name: string, route: RouteDescription])[],
  {
    ids,
    unknownId,
    send,
    check,
  }: {
    readonly ids: Readonly<Record<string, string>>;
    readonly unknownId: string;
    readonly send: SendAs;
    readonly check: (wrong: string | null) => void;
  },
): Promise<void> {
  const ofGallery = routes.filter(
    ([, { path, query }]) => path.includes(":id") && query !== undefined && "of" in query.shape,
  );
  const own = ofGallery.filter(([, { access }]) => access === "owner");
  for (const [name, route] of own) {
    for (const caller of callers) {
      const inTeam = { query: "?of=team" };
      const unknown = await send(caller.identity, { route, id: unknownId, ...inTeam });
      for (const [state, id] of Object.entries(ids)) {
        const isHidden = state === "private" || state === "deleted";
        const response = await send(caller.identity, { route, id, ...inTeam });
        const expected = caller.status[route.method === "GET" ? "read" : "change"];
        const what = `${name} of a ${state} one in the team responds to ${caller.name}`;
        const status = isHidden ? unknown.status : expected;
        check(response.status === status ? null : `${what} with ${response.status}`);
        const isUnknown = isHidden || caller.identity !== "member";
        check(!isUnknown || response.text === unknown.text ? null : `${what} differently than for an unknown id`);
        // Without `of=team`, a member sees own generations only.
        const alone = await send(caller.identity, { route, id, query: "" });
        check(
          alone.status === 404 ? null : `${name} of a ${state} one responds to ${caller.name} with ${alone.status}`,
        );
      }
    }
  }
}
