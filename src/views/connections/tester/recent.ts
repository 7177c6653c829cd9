const KEY = 'hyphae.tester.recent';
const MOST = 12;

/** Addresses that were connected to lately, newest first. */
export function recentUrls(): readonly string[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(saved) ? saved.filter((url) => typeof url === 'string').slice(0, MOST) : [];
  } catch {
    // Not ours, or cut off: it is begun anew.
    return [];
  }
}

export function rememberUrl(url: string): readonly string[] {
  const urls = [url, ...recentUrls().filter((other) => other !== url)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(urls));
  } catch {
    // The storage is full or forbidden: it is remembered until the page is closed.
  }
  return urls;
}
