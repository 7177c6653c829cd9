const MAX_CHARS = 64;

/** What a curve of a feed is called. Colons and commas separate curves in the page's address, so they are not in a name; nor is what cannot be seen. */
export function seriesName(key: string, name: string): string {
  const full = key === 'latest' ? name : `${key}.${name}`;
  return full.replace(/[:,\p{Cc}]/gu, '_').slice(0, MAX_CHARS);
}
