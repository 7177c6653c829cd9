/**
 * What this browser keeps under a name; null: nothing. A browser may refuse its storage as a whole (cookies forbidden), or be full: a page
 * that only wanted to remember something goes on all the same.
 */
export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** False: the browser does not keep it, and it is good until the page is closed. `null` forgets. */
export function writeKept(key: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
