import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BundledScript, bundleScript } from "../../../../test/processes/bundle-script.js";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { testServer } from "../../../../testing/test-server.js";
import { anyAction } from "../../ports/store/operator-store.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { createAdmin } from "../create-admin.js";

let script: BundledScript;

beforeAll(async () => {
  script = await bundleScript(new URL("../../../../test/operator-process.ts", import.meta.url));
});

afterAll(() => script.remove());

/** Resolves with the signal that ended the process, or with its exit code and output. */
function act(options: { readonly folder: string; readonly path: string; readonly fields: string }): Promise<string> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [script.path, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `exit ${code}: ${errors}`));
  });
}

const actions = {
  cancel: { path: (id: string) => `/generations/${id}/cancel`, fields: "reason=ticket+7", balance: 100 },
  end: { path: (id: string) => `/generations/${id}/end`, fields: "reason=ticket+7", balance: 100 },
  wake: { path: (id: string) => `/generations/${id}/wake`, fields: "reason=ticket+7", balance: 96 },
  refund: { path: (id: string) => `/generations/${id}/refund`, fields: "reason=ticket+7&credits=3", balance: 99 },
  delete: { path: (id: string) => `/generations/${id}/delete`, fields: "reason=ticket+7", balance: 96 },
  adjust: {
    path: () => "/accounts/adjust",
    fields: "reason=ticket+7&id=ada&amount=5&key=form-1234",
    balance: 101,
  },
};

const cases = Object.entries(actions);

it("a bulk whose process is killed continues when its form is sent again, and acts once on each generation", async () => {
  const folder = await tempFolder("operator");
  const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
  const { safelight } = await testServer({ store });
  await store.migrate();
  const scenario = new Scenario(store);
  const ids = [await scenario.accepted({ initialGrant: 100 }), await scenario.accepted(), await scenario.accepted()];
  const fields = { reason: "ticket 7", key: "form-1234", expected: "3", ids: ids.join(" ") };
  const killed = { folder, path: "/bulk/cancel", fields: new URLSearchParams(fields).toString() };
  expect(await act(killed)).toBe("SIGKILL");
  const read = () => store.readBulk({ key: "bulk_form-1234", limit: 9 });
  const progress = await read();
  expect(progress?.applied).toBeGreaterThan(0);
  const { post } = openAdmin(safelight);
  expect((await post("/bulk/cancel", fields)).status).toBe(200);
  expect(await read()).toMatchObject({ total: 3, applied: 3, unchanged: 0, left: [] });
  const records = await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 9 });
  expect(records.map(({ subject }) => subject).toSorted()).toEqual(["*", ...ids].toSorted());
  expect(await scenario.balance()).toBe(100);
  expect(await store.audit()).toEqual([]);
});

describe("an action whose process is killed after the commit", () => {
  it("has no second effect when its form is sent again", async () => {
    const check = async ([name, action]: (typeof cases)[number]): Promise<void> => {
      const folder = await tempFolder("operator");
      const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
      const { safelight } = await testServer({ store });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ initialGrant: 100 });
      if (name === "refund" || name === "wake" || name === "delete") {
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "attempt");
        if (name === "wake") await scenario.operation(claim, "attempt", 600_000);
        else {
          await scenario.result(claim, "attempt", [output()]);
          await scenario.settle(claim, { type: "completed", outputs: [output()] });
        }
      }
      const path = action.path(id);
      expect([name, await act({ folder, path, fields: action.fields })]).toEqual([name, "SIGKILL"]);

      const admin = createAdmin(safelight, { authorize: () => ({ actor: "grace", may: "everything" }) });
      const repeat = await admin.handler(
        new Request(`http://localhost/admin/safelight${path}`, {
          method: "POST",
          headers: { origin: "http://localhost", accept: "application/json" },
          body: new URLSearchParams(action.fields),
        }),
      );
      // A wake is sent again, and changes no row: the first one may be lost with its process.
      expect([name, repeat.status]).toEqual([name, name === "wake" ? 200 : 409]);
      const records = await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 9 });
      const applied = records.filter(({ outcome }) => outcome === "applied");
      expect(applied.map(({ action }) => action)).toEqual(name === "wake" ? ["wake", "wake"] : [name]);
      if (name === "wake") expect(applied[0]?.after).toEqual(applied[1]?.after);
      expect([name, await scenario.balance()]).toEqual([name, action.balance]);
      expect(await store.audit()).toEqual([]);
    };
    await Promise.all(cases.map(check));
  });
});
