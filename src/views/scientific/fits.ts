/** What of a list fits: a text in any of its words, and a state. */
export function fits(
  { find, state }: { readonly find: string; readonly state: string | undefined },
  row: { readonly state: string },
  ...texts: readonly (string | undefined)[]
): boolean {
  if (state !== undefined && row.state !== state) return false;
  const wanted = find.trim().toLowerCase();
  return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted) ?? false);
}
