import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { isUnreachable } from "./is-unreachable.js";

const failed = (cause: unknown) => new TypeError("fetch failed", { cause });
const fault = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });

describe("isUnreachable", () => {
  it.each(["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EACCES", "EINVAL", "ETIMEDOUT"])(
    "is true for %s of a connect and false for %s of a write",
    (code) => {
      expect(isUnreachable(failed(fault(code, "connect")))).toBe(true);
      expect(isUnreachable(failed(fault(code, "write")))).toBe(false);
    },
  );

  it.each(["CERT_NOT_YET_VALID", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CERT_HAS_EXPIRED"])(
    "is true for the certificate error %s",
    (code) => expect(isUnreachable(failed(fault(code)))).toBe(true),
  );

  it("is true for several addresses only if no connection was made to any of them", () => {
    const [refused, reset] = [fault("EADDRNOTAVAIL", "connect"), fault("ECONNRESET", "read")];
    expect(isUnreachable(failed(new AggregateError([refused, refused])))).toBe(true);
    expect(isUnreachable(failed(new AggregateError([refused, reset])))).toBe(false);
  });

  it("is true for a request to an address that the kernel refuses", async () => {
    const error = await fetch("http://255.255.255.255/").catch((thrown: unknown) => thrown);
    expect(isUnreachable(error)).toBe(true);
  });

  it("is false for a connection that was reset after the request", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const error = await fetch(`http://127.0.0.1:${port}/`).catch((thrown: unknown) => thrown);
    expect(isUnreachable(error)).toBe(false);
  });
});
