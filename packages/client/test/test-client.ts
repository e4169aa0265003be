import type { ClientOptions } from "../src/lib/call-options.js";
import type { AnySafelightClient } from "../src/lib/client.js";
import { createClient } from "../src/lib/create-client.js";
import { FakeEnvironment } from "./fake-environment.js";
import { origin } from "./manual-server.js";

/** A client of the manual server, and its fake environment. */
export function testClient(options: ClientOptions = {}): {
  readonly client: AnySafelightClient;
  readonly environment: FakeEnvironment;
} {
  const environment = new FakeEnvironment();
  return { client: createClient({ baseUrl: origin, ...options }, environment), environment };
}
