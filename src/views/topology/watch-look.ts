/** Calls back when the colours of the page change: theme, contrast, or what the computer prefers. Returns how to stop. */
export function watchLook(changed: () => void): () => void {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast'] });
  const forced = matchMedia('(forced-colors: active)');
  forced.addEventListener('change', changed);
  return () => {
    watcher.disconnect();
    forced.removeEventListener('change', changed);
  };
}
