import { isIP } from "node:net";
import { allowedScenarios, hostileScenarios } from "./allowed-scenarios.js";
import { literalScenarios, nameScenarios, urlScenarios } from "./forbidden-scenarios.js";
import { providerHosts, type Scenario } from "./scenario.js";

/** Scenarios for a copier on Workers. It cannot resolve names there, so that the URL alone decides. */
export function workersScenarios(): readonly Scenario[] {
  const hostile = hostileScenarios().filter(({ names = {} }) =>
    Object.values(names)
      .flat()
      .every(({ length }) => length > 0),
  );
  const unnamed = nameScenarios().filter(({ hosts }) => hosts === providerHosts);
  const scenarios = [
    ...allowedScenarios().map(withoutAddresses),
    ...hostile,
    ...urlScenarios(),
    ...unnamed,
    ...literalScenarios(),
  ];
  return scenarios.map((scenario) => ({ ...scenario, name: `on Workers, ${scenario.name}` }));
}

/** On Workers, even a public address is refused as a host. */
function withoutAddresses(scenario: Scenario): Scenario {
  const isNumber = scenario.connects.some(({ hostname, port }) => isIP(hostname) !== 0 && port === undefined);
  return isNumber ? { ...scenario, connects: [], ends: "refused" } : scenario;
}
