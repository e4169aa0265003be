import { bodyTypes, hostileTexts } from "./operator-routes.js";
import { type Attempt, base, reason, sameOrigin, type World } from "./operator-world.js";

const spanQueries = ["/vendors?span=", "/money?span=", "/files?sha256="];

/** Texts in paths, searches, cursors and fields are found, or refused with a reason. */
export async function checkHostileTexts({ check, ids, pathOf, routes, send }: World): Promise<void> {
  const expectRefusalOrPage = async (attempt: Omit<Attempt, "operator">, allowed: readonly number[]) => {
    const { status } = await send({ operator: "everything", ...attempt });
    const { body = "", method, path } = attempt;
    check(
      allowed.includes(status),
      `${method} ${path.slice(0, 200)} ${String(body).slice(0, 80)} responds with ${status}`,
    );
  };
  for (const text of hostileTexts) {
    const part = encodeURIComponent(text);
    for (const query of [
      "/generations?q=",
      "/generations?before=",
      "/bulk?q=",
      "/accounts?id=",
      "/actions?before=",
      ...spanQueries,
    ]) {
      await expectRefusalOrPage({ method: "GET", path: `${base}${query}${part}` }, [200, 302, 400]);
    }
    await expectRefusalOrPage({ method: "GET", path: `${base}/bulk?id=${part}` }, [200, 400]);
    if (text.trim() !== "") await expectRefusalOrPage({ method: "GET", path: `${base}/bulk/${part}` }, [404]);
    const headers = { ...sameOrigin, "content-type": bodyTypes.json };
    const drop = { method: "POST", headers, body: JSON.stringify({ reason }) };
    // A number may be the id of a delivery that has ended, which is recorded.
    if (!/^\d+$|^\s*$/.test(text)) {
      await expectRefusalOrPage({ ...drop, path: `${base}/deliveries/${part}/drop` }, [404]);
    }
    const cursors = [`/accounts?id=ada&before=${part}`, `/generations?q=status:failed&before=${part}`];
    for (const path of cursors) await expectRefusalOrPage({ method: "GET", path: base + path }, [200, 400]);
    if (text.trim() !== "") await expectRefusalOrPage({ method: "GET", path: `${base}/generations/${part}` }, [404]);

    const json = { ...sameOrigin, "content-type": bodyTypes.json };
    for (const [name, { permission, state = "completed", fields = {} }] of routes) {
      if (permission === null) continue;
      const path = base + pathOf(name, ids[state] ?? "");
      const long = `x${text.padEnd(300, "x")}`;
      for (const bad of ["", "\u0000ab", "a\ud800b", long]) {
        const body = JSON.stringify({ reason: bad, ...fields });
        await expectRefusalOrPage({ method: "POST", path, headers: json, body }, [400]);
      }
      for (const body of [text, JSON.stringify([text]), JSON.stringify({ reason: [text], ...fields })]) {
        await expectRefusalOrPage({ method: "POST", path, headers: json, body }, [400]);
      }
      for (const field of Object.keys(fields)) {
        if (isValid(field, text)) continue;
        const body = JSON.stringify({ reason, ...fields, [field]: text });
        await expectRefusalOrPage({ method: "POST", path, headers: json, body }, [400, 404, 409]);
      }
    }
  }
}

/** Whether a hostile text is a valid value of this field. */
function isValid(field: string, text: string): boolean {
  // Each search is sent to the list, which parses it as the bulk does.
  if (field === "q") return true;
  if (field === "key") return /^[\w-]{8,64}$/.test(text);
  return field === "amount" && /^-?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
}
