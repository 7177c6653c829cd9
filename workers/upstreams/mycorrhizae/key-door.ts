import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What our gateway does for Mycorrhizae, and nothing else: the key is added here, so that a test's adapter has none. */
export async function openKeyDoor(url: string, key: () => string | undefined) {
  const to = new URL(url);
  const server = createServer((asked, answer) => {
    const given = key();
    const headers = { ...asked.headers, host: to.host, ...(given !== undefined && { 'x-api-key': given }) };
    const passed = request(
      { host: to.hostname, port: to.port, path: asked.url, method: asked.method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        answer.flushHeaders();
        response.on('error', () => answer.destroy());
        response.on('aborted', () => answer.destroy());
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
