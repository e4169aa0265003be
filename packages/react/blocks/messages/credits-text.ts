/** An amount in words: `1 credit`, `1,200 credits`. */
export function creditsText(credits: number): string {
  return credits === 1 ? "1 credit" : `${credits.toLocaleString("en")} credits`;
}
