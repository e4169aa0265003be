import { describe, expect, it } from "vitest";
import { type ComfyuiWorkflow, fillWorkflow, readPlaceholders } from "./workflow-template.js";

const node = (inputs: Readonly<Record<string, unknown>>): ComfyuiWorkflow => ({
  "6": { class_type: "CLIPTextEncode", inputs },
});

describe("a workflow with placeholders", () => {
  it("finds placeholders at any depth, with their names and kinds", () => {
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

  it("is filled without mutation, and keeps the type of a value that is one whole placeholder", () => {
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

  it("inserts values literally, without placeholders or replacement patterns in them", () => {
    const values = new Map([
      ["one", "{{two}} $& $1"],
      ["two", "secret"],
    ]);
    expect(fillWorkflow(node({ text: "{{one}}!", whole: "{{one}}", other: "{{two}}" }), values)).toEqual(
      node({ text: "{{two}} $& $1!", whole: "{{two}} $& $1", other: "secret" }),
    );
  });

  it("may contain single braces and closing double braces", () => {
    expect(readPlaceholders(node({ text: "{a|b} {a|{b|c}} { {a|b}|c} }}" })).size).toBe(0);
    expect([...readPlaceholders(node({ text: "{{{style}}{|b}" })).keys()]).toEqual(["style"]);
  });

  it.each([
    ["the editor's format", { nodes: [], links: [] }],
    ["a node without a class", { "6": { inputs: {} } }],
    ["a list", [1]],
    ["an unknown kind", node({ text: "{{prompt:string}}" })],
    ["a name with two kinds", node({ text: "{{size}}", width: "{{size:number}}" })],
    ["an image inside of a longer text", node({ text: "see {{photo:image}}" })],
    ["a placeholder with spaces", node({ text: "a photo of {{ prompt }}" })],
    ["an invalid name", node({ image: "{{photo-2:image}}" })],
    ["a placeholder without a name", node({ text: "{{}}" })],
    ["an unclosed placeholder", node({ text: "{{prompt} and {{more}}" })],
    ["a nested placeholder", node({ text: "{{{{prompt}}}}" })],
  ])("is refused at construction: %s", (_, workflow) => {
    // Hosts import workflows as JSON.
    expect(() => readPlaceholders(workflow as unknown as ComfyuiWorkflow)).toThrow(TypeError);
  });
});
