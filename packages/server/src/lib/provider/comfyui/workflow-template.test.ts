import { describe, expect, it } from "vitest";
import { type ComfyuiWorkflow, fillWorkflow, readPlaceholders } from "./workflow-template.js";

const node = (inputs: Readonly<Record<string, unknown>>): ComfyuiWorkflow => ({
  "6": { class_type: "CLIPTextEncode", inputs },
});

describe("a workflow with placeholders", () => {
  it("knows them by their names and kinds, wherever they are", () => {
    const workflow = {
      ...node({ text: "a photo of {{subject}}, {{style:text}}", nested: [{ width: "{{width:number}}" }] }),
      "3": {
        class_type: "KSampler",
        inputs: { seed: "{{seed:seed}}", image: "{{photo:image}}", tiled: "{{tiled:boolean}}" },
      },
    };
    expect(Object.fromEntries(readPlaceholders(workflow))).toEqual({
      subject: "text",
      style: "text",
      width: "number",
      seed: "seed",
      photo: "image",
      tiled: "boolean",
    });
  });

  it("is filled without being changed, and keeps the type of a value that is a placeholder as a whole", () => {
    const workflow = node({
      text: "a {{size:number}} px {{subject}}, {{subject}}",
      size: "{{size:number}}",
      clip: ["4", 1],
    });
    const values = new Map<string, unknown>([
      ["subject", "lake"],
      ["size", 512],
    ]);
    expect(fillWorkflow(workflow, values)).toEqual(node({ text: "a 512 px lake, lake", size: 512, clip: ["4", 1] }));
    expect(workflow["6"]?.inputs.size).toBe("{{size:number}}");
  });

  it("takes what is filled in as it is: a prompt with a placeholder in it, or with what replacements understand", () => {
    const values = new Map([
      ["one", "{{two}} $& $1"],
      ["two", "secret"],
    ]);
    expect(fillWorkflow(node({ text: "{{one}}!", whole: "{{one}}", other: "{{two}}" }), values)).toEqual(
      node({ text: "{{two}} $& $1!", whole: "{{two}} $& $1", other: "secret" }),
    );
  });

  it("may hold single braces, and such as close", () => {
    expect(readPlaceholders(node({ text: "{a|b} {a|{b|c}} { {a|b}|c} }}" })).size).toBe(0);
    expect([...readPlaceholders(node({ text: "{{{style}}{|b}" })).keys()]).toEqual(["style"]);
  });

  it.each([
    ["the format of the editor", { nodes: [], links: [] }],
    ["a node without a class", { "6": { inputs: {} } }],
    ["a list", [1]],
    ["a kind that is none", node({ text: "{{prompt:string}}" })],
    ["a name with two kinds", node({ text: "{{size}}", width: "{{size:number}}" })],
    ["a picture in the middle of a text", node({ text: "see {{photo:image}}" })],
    ["a placeholder with spaces", node({ text: "a photo of {{ prompt }}" })],
    ["a name that is none", node({ image: "{{photo-2:image}}" })],
    ["a placeholder without a name", node({ text: "{{}}" })],
    ["a placeholder that does not end", node({ text: "{{prompt} and {{more}}" })],
    ["a placeholder inside of another", node({ text: "{{{{prompt}}}}" })],
  ])("is refused when it is made: %s", (_, workflow) => {
    // Hosts import it as JSON.
    expect(() => readPlaceholders(workflow as unknown as ComfyuiWorkflow)).toThrow(TypeError);
  });
});
