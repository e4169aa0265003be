import { defineComponent, h, onBeforeUnmount, onMounted, ref } from "vue";

/** The live demo: React in an element of the page, loaded when the page is idle. */
export const LiveDemo = defineComponent(() => {
  const element = ref<HTMLElement | null>(null);
  let unmount: (() => void) | null = null;
  let isGone = false;
  onMounted(async () => {
    const { mountDemo } = await import("../../demo/app.tsx");
    if (element.value !== null && !isGone) unmount = mountDemo(element.value);
  });
  onBeforeUnmount(() => {
    isGone = true;
    unmount?.();
  });
  return () =>
    h("section", { class: "live", "aria-label": "Live demo" }, [
      h("div", { ref: element, class: "live-frame" }, [h("p", { class: "live-wait" }, "Loading the hooks…")]),
      h(
        "p",
        { class: "live-note" },
        "This runs here: the real hooks and client, on the in-memory server of @safelight/client/msw. " +
          "The rows are in the sessionStorage of this tab.",
      ),
    ]);
});
