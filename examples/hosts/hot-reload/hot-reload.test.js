import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startDevServer } from "./dev-server.js";

const file = join(import.meta.dirname, "safelight.js");
const original = readFileSync(file, "utf8");
const isLong = process.env.HOSTS_LONG === "1";
const edits = isLong ? 50 : 12;
/** Next compiles each edit for a second. */
const servers = isLong ? ["next", "vite"] : ["vite"];
const headers = { "x-user": "ann", "content-type": "application/json" };

for (const name of servers) {
  describe(`${name}, after an edit of the module that creates Safelight`, {
    skip: process.platform !== "linux",
  }, () => {
    let server;
    before(async () => {
      server = await startDevServer(name);
    });
    after(() => {
      writeFileSync(file, original);
      return server?.dispose();
    });

    test("the worker that was started before the edit uses the new models, options and hooks", async () => {
      assert.equal((await generate(server, "poster")).outputs[0].width, 1);
      editModule({ edit: 1, models: { poster: 2, banner: 3 } });
      assert.equal((await generate(server, "banner")).outputs[0].width, 3);
      assert.equal((await generate(server, "poster")).outputs[0].width, 2);
      editModule({ edit: 2, models: { placard: 4 } });
      assert.equal((await generate(server, "placard")).outputs[0].width, 4);
      assert.deepEqual(await completions(server, 4), [
        "poster after edit 0",
        "banner after edit 1",
        "poster after edit 1",
        "placard after edit 2",
      ]);
    });

    if (name === "next")
      test("the worker runs on after a page has loaded another copy of the module", async () => {
        assert.match(await (await fetch(server.url)).text(), /4 images/);
        assert.equal((await generate(server, "placard")).outputs[0].width, 4);
      });

    // An edit costs Next a second or more.
    if (name === "vite")
      test("open files of the database stay bounded over many edits", async () => {
        for (let edit = 3; edit < 3 + edits; edit += 1) {
          editModule({ edit, models: { [`model-${edit}`]: edit } });
          assert.equal((await generate(server, `model-${edit}`)).outputs[0].width, edit);
          // Three more are open for each copy that is not closed.
          const openFiles = await openFilesAtMost(server, 14);
          assert(openFiles <= 14, `${openFiles} files are open`);
        }
      });

    test("SIGTERM drains the newest copy through the handler of the first", async () => {
      editModule({ edit: 100, models: { billboard: 5 } });
      await generate(server, "billboard");
      const { generation } = await (await submit(server, "billboard", "held")).json();
      while (!existsSync(join(server.folder, "requested"))) await setTimeout(20);
      const ended = server.terminate();
      // A server that does not drain would exit within this time.
      await Promise.race([ended, setTimeout(1_000)]);
      writeFileSync(join(server.folder, "released"), "");
      await ended;
      const database = new DatabaseSync(join(server.folder, "safelight.db"));
      const row = database.prepare("SELECT state, attempts FROM safelight_generations WHERE id = ?").get(generation.id);
      database.close();
      assert(["storing", "completed"].includes(row.state), `the generation is ${row.state}`);
      assert.equal(row.attempts, 1);
    });
  });
}

/** Writes the module with a new edit number and new models, each with the width of its images. */
function editModule({ edit, models }) {
  const lines = Object.entries(models).map(
    ([name, width]) =>
      `    ${JSON.stringify(name)}: defineModel({ provider: studio({ folder, width: ${width} }), input, credits: 1 }),\n`,
  );
  const edited = original.replace("const edit = 0", `const edit = ${edit}`).replace(/ {4}poster: .*\n/, lines.join(""));
  writeFileSync(file, edited);
}

function submit(server, model, prompt = "the sea") {
  const body = JSON.stringify({ model, input: { prompt } });
  return fetch(`${server.url}/api/generations`, { method: "POST", headers, body });
}

/** Submits until the server has noticed the edit, and waits for the end of the generation. */
async function generate(server, model) {
  let response = await submit(server, model);
  for (let tries = 1; (response.status === 422 || response.status >= 500) && tries < 2_400; tries += 1) {
    await setTimeout(50);
    // A watcher may miss a change that follows another one at once: repeat it every second.
    if (tries % 20 === 0) writeFileSync(file, readFileSync(file));
    response = await submit(server, model);
  }
  assert.equal(response.status, 202);
  let { generation } = await response.json();
  let tag = "";
  for (let tries = 0; generation.status !== "completed"; tries += 1) {
    assert(tries < 30 && generation.status !== "failed", `${model} is ${generation.status}`);
    const response = await fetch(`${server.url}/api/generations/${generation.id}?wait=5`, {
      headers: { ...headers, "if-none-match": tag },
    });
    tag = response.headers.get("etag") ?? tag;
    if (response.status === 200) ({ generation } = await response.json());
  }
  return generation;
}

/**
 * Waits until at most `max` files of the database are open. A closed copy holds its files open until garbage collection, and
 * SQLite keeps them for the next connection.
 */
async function openFilesAtMost(server, max) {
  for (let tries = 0; ; tries += 1) {
    assert.equal((await fetch(`${server.url}/collect-garbage`, { method: "POST" })).status, 204);
    const openFiles = server.openFiles();
    if (openFiles <= max || tries === 300) return openFiles;
    await setTimeout(100);
  }
}

/** The lines that the hooks wrote, once there are `count` of them. */
async function completions(server, count) {
  const path = join(server.folder, "completed.log");
  for (let tries = 0; ; tries += 1) {
    const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
    if (lines.length >= count || tries === 300) return lines;
    await setTimeout(100);
  }
}
