import { createAdmin } from "/work/wt-ops21/packages/server/dist/admin.js";
import { openHost } from "/work/wt-ops21/benchmarks/reads/open-host.ts";
const { safelight, store } = openHost(process.argv[2]);
const admin = createAdmin(safelight, { authorize: () => ({ actor: "b", may: "read" }) });
const get = async (p) => { const r = await admin.handler(new Request("http://localhost/admin/safelight" + p)); if (r.status !== 200) throw new Error(p + r.status); return r.text(); };
for (const p of ["", "/generations", "/generations?q=status:failed", "/generations?q=owner:heavy", "/generations?q=is:stuck", "/generations?q=is:slow", "/generations?q=state:queued"]) {
  for (let i = 0; i < 4; i++) await get(p);
  const cpu = [], ms = [];
  for (let i = 0; i < 12; i++) { const c = process.cpuUsage(), t = performance.now(); await get(p); ms.push(performance.now() - t); const d = process.cpuUsage(c); cpu.push((d.user + d.system) / 1000); }
  const med = (a) => a.sort((x, y) => x - y)[6].toFixed(1);
  console.log((p || "/").padEnd(32), "cpu", med(cpu), "ms", med(ms), "max", Math.max(...ms).toFixed(1));
}
await store.close();
