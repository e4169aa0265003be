/** Bodies of quotes, most of which are refused. @param imageId an uploaded image of the owner. */
export function quoteBodies(imageId: string): readonly unknown[] {
  const missingId = "inp_01890000-0000-7000-8000-000000000000";
  return [
    { model: "flux", input: { prompt: "a lamp", count: 2 } },
    { model: "byCount", input: { prompt: "a lamp", count: 3 } },
    { model: "flux", input: { prompt: imageId } },
    { model: "flux", input: { prompt: missingId } },
    { model: "none", input: { prompt: "x" } },
    { model: "old", input: { prompt: "x" } },
    { model: "flux", input: { prompt: "" } },
    { model: "flux" },
    { input: {} },
    "no json",
  ];
}
