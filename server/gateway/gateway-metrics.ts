import { Counter, Gauge, type Registry } from 'prom-client';
import type { Gateway, GatewayState } from './gateway.ts';

/** The gateway's numbers, read when somebody asks for the server's metrics. */
export function addGatewayMetrics(registry: Registry, gateway: Gateway): void {
  const registers = [registry];
  type Read = (one: GatewayState) => Iterable<readonly [string, number]>;
  /** Anew at each look: the counting is done elsewhere. */
  const refill = (metric: Counter | Gauge, label: string, read: Read): void => {
    metric.reset();
    for (const one of gateway.state())
      for (const [value, count] of read(one))
        if (Number.isFinite(count)) metric.inc({ upstream: one.slug, [label]: value }, count);
  };
  const options = (name: string, help: string, label: string) => ({
    ...{ name: `hyphae_gateway_${name}`, help, registers },
    labelNames: ['upstream', label],
  });
  const counter = (name: string, help: string, label: string, read: Read): void => {
    new Counter({
      ...options(name, help, label),
      collect() {
        refill(this, label, read);
      },
    });
  };
  const gauge = (name: string, help: string, label: string, read: Read): void => {
    new Gauge({
      ...options(name, help, label),
      collect() {
        refill(this, label, read);
      },
    });
  };
  counter('requests_total', 'Questions of browsers, and how they were answered', 'how', (one) =>
    (['requests', 'fresh', 'coalesced', 'stale', 'asked', 'failed', 'opened'] as const).map((how) => [how, one[how]]),
  );
  counter('refused_total', 'What was refused, dropped or withheld, by reason', 'reason', (one) =>
    Object.entries(one.refused),
  );
  counter('messages_total', 'Messages and pieces of streams, from and to the upstream', 'dir', (one) => [
    ['in', one.messagesIn],
    ['out', one.messagesOut],
  ]);
  counter('bytes_total', 'Bytes of streams and sockets, from and to the upstream', 'dir', (one) => [
    ['in', one.bytesIn],
    ['out', one.bytesOut],
  ]);
  gauge('open', 'Open now', 'is', (one) => [
    ['stream', one.streams],
    ['socket', one.sockets],
  ]);
  gauge('latency_ms', 'From a question to the head of its answer, of the newest 128', 'quantile', ({ latencyMs }) =>
    latencyMs === undefined
      ? []
      : [
          ['0.5', latencyMs.p50],
          ['0.99', latencyMs.p99],
        ],
  );
  gauge('budget_left', 'Requests that the upstream may still be asked; blocked_ms: it said 429', 'of', ({ budget }) =>
    budget === undefined
      ? []
      : [
          ['minute', budget.minute],
          ['hour', budget.hour],
          ['blocked_ms', budget.blockedMs],
        ],
  );
  new Gauge({
    name: 'hyphae_gateway_cache',
    help: 'Answers that are kept, their bytes, and how many had to go',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, count] of Object.entries(gateway.cache())) this.set({ what }, count);
    },
  });
}
