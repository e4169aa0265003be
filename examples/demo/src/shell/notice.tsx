import type { ReactNode } from "react";

/** What stands where content would be: nothing there yet, or nothing to be had. */
export function Notice(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly tone?: "calm" | "problem";
}) {
  const { title, children, tone = "calm" } = props;
  return (
    <div className="notice" role={tone === "problem" ? "alert" : undefined}>
      <h2 className="notice-title">{title}</h2>
      {children}
    </div>
  );
}
