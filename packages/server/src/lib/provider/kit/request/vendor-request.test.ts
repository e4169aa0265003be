import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { vendorRequest } from "./vendor-request.js";

const request = (url: string, fetch?: typeof globalThis.fetch) => vendorRequest({ url, init: {}, fetch });

describe("vendorRequest", () => {
  it("names the cause of a refused connection", async () => {
    const result = await request(`http://127.0.0.1:${await closedPort()}/`);
    expect(result).toMatchObject({
      type: "unreachable",
      reason: expect.stringContaining("connect ECONNREFUSED 127.0.0.1"),
    });
  });

  it("names the code of an untrusted certificate", async () => {
    const cause = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    const result = await request("https://vendor.example/", () =>
      Promise.reject(new TypeError("fetch failed", { cause })),
    );
    expect(result).toEqual({
      type: "unreachable",
      reason: "TypeError: fetch failed, caused by Error: certificate has expired (CERT_HAS_EXPIRED)",
    });
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
