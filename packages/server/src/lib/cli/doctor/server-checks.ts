import { type Finding, finding } from "./finding.js";

const timeoutMs = 10_000;
const maxClockDifferenceMs = 60_000;
const problemType = "urn:safelight:problem:";

interface ServerArguments {
  /** Without a slash at the end. */
  readonly url: string;
  /** Of a signed-in user, such as a cookie; empty for none. */
  readonly headers: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Checks a running server from outside, as browsers and vendors reach it. Creates nothing. */
export async function checkServer(server: ServerArguments): Promise<readonly Finding[]> {
  const health = await request(server, { path: "/health" });
  if (typeof health === "string") {
    const message = `${server.url} cannot be reached: ${health}.`;
    return [
      finding("server-unreachable", { message, fix: "Start the server, and check the address and the firewall." }),
    ];
  }
  const body = await bodyOf(health);
  const isHealth = health.status === 503 ? isOurs(body) : health.status === 200 && body?.status === "ok";
  if (!isHealth) {
    const message = `GET ${server.url}/health responds with ${health.status}, and not as Safelight does.`;
    const fix =
      "Mount the server at the path of this address, pass it as basePath, and let proxies forward it unchanged.";
    return [finding("server-unmounted", { message, fix })];
  }
  return [
    ...checkHealth(server, { status: health.status, body }),
    ...checkClock(health, server.now()),
    ...checkHttps(server.url),
    ...(await checkClosed(server)),
    ...(await checkCrossOrigin(server)),
    ...(await checkWebhooks(server)),
    ...(Object.keys(server.headers).length === 0 ? [] : await checkStream(server)),
  ];
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Body = Readonly<Record<string, unknown>>;

function checkHealth(
  { url }: ServerArguments,
  { body, status }: { readonly status: number; readonly body: Body | null },
): readonly Finding[] {
  if (status === 200) return [];
  const message = `GET ${url}/health responds with ${status}: ${String(body?.detail ?? body?.title)}`;
  return [finding("server-unhealthy", { message, fix: "Read the server's log: it has the reason." })];
}

function checkClock({ headers }: Response, now: number): readonly Finding[] {
  const time = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(time) || Math.abs(time - now) <= maxClockDifferenceMs) return [];
  const message = `The server's clock differs by ${Math.round(Math.abs(time - now) / 1_000)} s from this machine's.`;
  return [
    finding("server-clock", { message, fix: "Synchronize it with NTP: webhooks of providers are refused otherwise." }),
  ];
}

function checkHttps(url: string): readonly Finding[] {
  const { hostname, protocol } = new URL(url);
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost") || /^(127\.|\[::1\])/.test(hostname);
  if (protocol === "https:" || isLocal) return [];
  return [
    finding("without-https", { message: `${url} is not encrypted.`, fix: "Serve it over https, and set publicUrl." }),
  ];
}

/** Without the headers of a user. */
async function checkClosed(server: ServerArguments): Promise<readonly Finding[]> {
  const response = await request({ ...server, headers: {} }, { path: "/active" });
  if (typeof response === "string") return [];
  await response.body?.cancel();
  if (response.status !== 200) return [];
  const message = "GET /active without a session responds with 200: everyone has the same owner.";
  return [finding("open-to-everyone", { message, fix: "Let identify return null without a session." })];
}

/** The body is no valid submit, so it creates nothing even if the origin is accepted. */
async function checkCrossOrigin(server: ServerArguments): Promise<readonly Finding[]> {
  const response = await request(server, {
    path: "",
    method: "POST",
    headers: { origin: "https://untrusted.invalid", "content-type": "application/json" },
    body: "{}",
  });
  if (typeof response === "string") return [];
  const body = await bodyOf(response);
  if (response.status === 403 || response.status === 401 || response.status >= 500) return [];
  const message = `A write from an untrusted origin responds with ${response.status} ${String(body?.code ?? "")}, not with 403.`;
  const fix = "Remove the origin from trustedOrigins, and let proxies keep the headers Origin and Host.";
  return [finding("cross-origin-open", { message, fix })];
}

/** No token is valid, so the server refuses the request. Another response is that of a firewall or a sign-in page. */
async function checkWebhooks(server: ServerArguments): Promise<readonly Finding[]> {
  const response = await request(
    { ...server, headers: {} },
    { path: "/webhooks/doctor/none", method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
  );
  if (typeof response === "string" || isOurs(await bodyOf(response))) return [];
  const message = `POST /webhooks/… responds with ${response.status}, and not as Safelight does.`;
  return [
    finding("webhooks-blocked", { message, fix: "Exempt /webhooks/ from your authentication and your firewall." }),
  ];
}

async function checkStream(server: ServerArguments): Promise<readonly Finding[]> {
  const response = await request(server, { path: "/events", headers: { accept: "text/event-stream" } });
  const status = typeof response === "string" ? response : `status ${response.status}`;
  if (typeof response === "string" || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const message = `GET /events sends no event stream (${status}).`;
    return [finding("stream-blocked", { message, fix: "Pass the --header of a signed-in user, and check the proxy." })];
  }
  const reader = response.body?.getReader();
  try {
    const isSent = (await reader?.read())?.done === false;
    if (response.headers.has("content-encoding")) {
      const message = "A proxy compresses event streams, which delays their events.";
      return [finding("stream-compressed", { message, fix: "Exclude text/event-stream from compression." })];
    }
    return isSent ? [] : [bufferedStream("The event stream ended without an event.")];
  } catch {
    return [bufferedStream(`The event stream sent nothing within ${timeoutMs / 1_000} s.`)];
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

function bufferedStream(message: string): Finding {
  return finding("stream-blocked", { message, fix: "Turn off the proxy's buffering for /events." });
}

/** @returns the response, or the reason why there is none. */
async function request(
  { headers, url }: ServerArguments,
  { path, ...init }: Sent & { readonly path: string },
): Promise<Response | string> {
  try {
    return await fetch(`${url}${path}`, {
      ...init,
      headers: { ...headers, ...init.headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}

/** The JSON object of a response; `null` for any other body. */
async function bodyOf(response: Response): Promise<Body | null> {
  const body: unknown = await response.json().catch(() => null);
  // The cast is safe: objects have string keys.
  return typeof body === "object" && body !== null ? (body as Body) : null;
}

function isOurs(body: Body | null): boolean {
  return typeof body?.type === "string" && body.type.startsWith(problemType);
}
