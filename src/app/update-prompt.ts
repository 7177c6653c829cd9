/**
 * Registers the service worker and calls back when a new build waits, with how to move to it: the new worker takes over in every
 * tab, then this page reloads. `waiting` is the sign, not `isUpdate`: a tab that did not start the update sees only that.
 * Returns how to stop watching.
 */
export function watchForUpdate(onWaiting: (reload: () => void) => void): () => void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return () => undefined;
  let stopped = false;
  const start = async () => {
    const { Workbox } = await import('workbox-window');
    if (stopped) return;
    const workbox = new Workbox('/sw.js');
    workbox.addEventListener('waiting', () => {
      if (stopped) return;
      onWaiting(() => {
        workbox.addEventListener('controlling', () => window.location.reload());
        workbox.messageSkipWaiting();
      });
    });
    await workbox.register();
  };
  start().catch((cause: unknown) => {
    // Without a service worker the app works while the server is up; the settings page shows that it is not kept offline.
    document.documentElement.dataset.offlineShell = `none: ${String(cause)}`;
  });
  return () => {
    stopped = true;
  };
}
