import { expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { fromHost } from "./from-host.js";

it("refuses a request whose client had disconnected before, whatever the runtime's reason is", async () => {
  const signal = AbortSignal.abort("Error: aborted");
  await expect(fromHost({ clock: fakeClock(), signal, what: "beforeSubmit" }, () => true)).rejects.toMatchObject({
    code: "unavailable",
    message: "The client disconnected: send the same request again.",
  });
});

it("throws the error of the host's function", async () => {
  const fails = () => Promise.reject(new Error("database"));
  const { signal } = new AbortController();
  await expect(fromHost({ clock: fakeClock(), signal, what: "identify" }, fails)).rejects.toThrow("database");
});
