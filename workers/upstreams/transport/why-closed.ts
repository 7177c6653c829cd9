/** How a WebSocket ended, in words. `error`: what its error event said, which only Node's does. */
export function whyClosed(code: number, reason: string, wasOpen: boolean, error: string | undefined): string {
  const said = reason === '' ? '' : `: ${reason}`;
  if (!wasOpen) {
    const detail = error ?? `it is not there, or it speaks no WebSocket here (${code})`;
    return `cannot be reached${said}: ${detail}`;
  }
  if (code === 1000) return `the other side closed the connection (1000)${said}`;
  if (code === 1001) return `the other side goes away (1001)${said}`;
  if (code === 1006) return `the connection broke (1006)${error === undefined ? '' : `: ${error}`}`;
  return `the other side closed the connection (${code})${said}`;
}
