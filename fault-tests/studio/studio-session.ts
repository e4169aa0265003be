import { pause } from "../cluster/pause.js";

/** Pause before a request is sent again, in milliseconds. */
const retryMs = 250;
/** Only a server that hangs takes this long for a response, in milliseconds. */
const maxResponseMs = 120_000;

/** A request of a scripted user. */
export interface StudioRequest {
  readonly path: string;
  readonly method?: string;
  /** Sent as JSON, unless it is a form. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response with its body. */
export interface StudioResponse {
  readonly status: number;
  readonly body: unknown;
}

/** A signed-in browser without a page: cookies, and requests that are sent again after a lost response and a 5xx. */
export class StudioSession {
  readonly #url: string;
  readonly #cookie: string;
  /** Requests that were sent again. */
  repeats = 0;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** Signs a new user up. @throws {Error} if the server refuses */
  static async signUp(url: string, email: string): Promise<StudioSession> {
    const response = await fetch(`${url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ email, password: "a password of a test", name: email.split("@")[0] }),
    });
    if (!response.ok) throw new Error(`The sign-up got ${response.status}: ${await response.text()}`);
    const cookie = response.headers.getSetCookie().map((text) => text.split(";")[0]);
    return new StudioSession(url, cookie.join("; "));
  }

  get headers(): Readonly<Record<string, string>> {
    return { cookie: this.#cookie, origin: this.#url };
  }

  /**
   * Sends a request until it has a response of the server. It must be idempotent, by a key or by its nature.
   *
   * @throws {Error} if the server hangs
   */
  async send({ path, method = "GET", body, headers = {} }: StudioRequest): Promise<StudioResponse> {
    const isForm = body instanceof FormData;
    for (;;) {
      try {
        const response = await fetch(new URL(path, this.#url), {
          method,
          redirect: "manual",
          signal: AbortSignal.timeout(maxResponseMs),
          headers: { ...this.headers, ...(body && !isForm && { "content-type": "application/json" }), ...headers },
          ...(body && { body: isForm ? body : JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status < 500) return { status: response.status, body: parse(text) };
      } catch (error) {
        if (error instanceof DOMException && error.name === "TimeoutError")
          throw new Error(`${method} ${path} had no response in ${maxResponseMs / 1_000} s`);
        // No response, or half of one.
      }
      this.repeats += 1;
      await pause(retryMs);
    }
  }

  /** @throws {Error} for any refusal */
  async request(request: StudioRequest): Promise<unknown> {
    const { status, body } = await this.send(request);
    if (status < 400) return body;
    throw new Error(`${request.method ?? "GET"} ${request.path} got ${status}: ${JSON.stringify(body)}`);
  }
}

/** `null` of a response without JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
