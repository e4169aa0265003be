declare module "parse-prometheus-text-format" {
  /** The metrics of a text. Throws for an invalid line. */
  export default function parse(text: string): readonly {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly { readonly value?: string; readonly labels?: Readonly<Record<string, string>> }[];
  }[];
}
