import { showToast } from '../components/toasts.tsx';
import type { FromSerialWorker } from '../contract/serial-worker.ts';
import { errorLines, operatingSystem } from '../i18n/errors.ts';
import type { PageLink } from '../link/open-hub-link.ts';
import { startSerialOwner } from '../link/serial-owner.ts';

/** Lets this tab hold the browser's serial ports when it is its turn. */
export function holdPorts(link: PageLink): void {
  startSerialOwner(link, sayTrouble);
}

function sayTrouble(message: FromSerialWorker): void {
  // A browser without serial ports is told of when a port is asked for: most who open it there only watch.
  if (message.t !== 'trouble' || message.error.code === 'no-web-serial') return;
  const { what, now } = errorLines(message.error.code, operatingSystem(navigator.userAgent), message.error.message);
  showToast(`${what} ${now}`);
}
