import type { HistoryResponse } from "@safelight/client/contract";
import type { LimitOptions } from "../src/lib/compose/limit-options.js";
import type { TeamOptions } from "../src/lib/service/teams.js";
import { bodyOf, type TestServer, testModels, testServer } from "./test-server.js";

/** Ann and Ben are in one team, Eve in none, and Dan in another one. All share with their team unless they ask otherwise. */
export async function teamServer(
  teams: TeamOptions = {},
  { onIdentify = () => {}, limits = {} }: { onIdentify?: (ownerId: string) => void; limits?: LimitOptions } = {},
) {
  const teamIds = new Map<string, string | null>([
    ["ann", "crew"],
    ["ben", "crew"],
    ["dan", "band"],
  ]);
  const identified: string[] = [];
  const server = await testServer({
    models: testModels,
    identify: ({ headers }) => {
      const ownerId = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
      if (ownerId === undefined) return null;
      identified.push(ownerId);
      onIdentify(ownerId);
      return { ownerId, accountId: "crew", teamId: teamIds.get(ownerId) ?? null };
    },
    teams: { visibility: ({ requested = "team" }) => requested, ...teams },
    limits,
  });
  return { server, teamIds, identified };
}

/** The generations of a list. */
export const idsIn = async (
  server: TestServer<typeof testModels>,
  owner: string,
  path: string,
): Promise<readonly string[]> => {
  const { generations } = await bodyOf<HistoryResponse>(await server.as(owner).get(path));
  return generations.map(({ id }) => id);
};
