import { describe, expect, it } from 'vitest';
import { encodeMdpFrame } from '../../../decode/mdp-frame.ts';
import { createBench } from './test-bench.ts';

const encoder = new TextEncoder();
const frame = (type: number, body: unknown) =>
  encodeMdpFrame({ type, seq: 1, src: 0xa1, dst: 0xc0 }, encoder.encode(JSON.stringify(body)));
const hello = frame(6, { device_id: 'mycobrain-1db410', firmware_version: 'side-a-mdp-2.1.0', role: 'mushroom1' });
const line = (value: unknown) => encoder.encode(`${JSON.stringify(value)}\r\n`);
const boot = line({ type: 'boot', ok: true, hello: 'bsec2', version: '2.1.0', node_id: 'A-73:95:0D:1D:B4:10' });
const tele = line({ type: 'tele', seq: 0, node: 'A-73:95:0D:1D:B4:10', temperature: 21 });
const banner = encoder.encode('ESP32AB A-SIDE Dual BME688 (AMB/ENV) + BSEC2\r\n');
const live = line({ ts_ms: 1, sensor: 'AMB', addr: '0x77', tC: 21 });

describe('what a board says of itself', () => {
  it('is never half of one build and half of another', () => {
    const { session, last } = createBench();
    session.feed(hello);
    session.feed(boot);
    expect(last.identity).toMatchObject({ dialect: 'mdp1-json', deviceId: 'mycobrain-1db410', mac: undefined });
    session.feed(tele);
    expect(last.identity).toMatchObject({
      dialect: 'json-tele',
      deviceId: 'A-73:95:0D:1D:B4:10',
      mac: '10:b4:1d:0d:95:73',
      firmware: 'bsec2 2.1.0',
    });
  });

  it('is taken from a boot banner once the build behind it has spoken', () => {
    const { session, last } = createBench();
    session.feed(tele);
    session.feed(banner);
    expect(last.identity).toMatchObject({ dialect: 'json-tele', firmware: undefined });
    session.feed(live);
    session.feed(live);
    expect(last.identity).toMatchObject({ dialect: 'cli-text', firmware: 'SuperMorgIO', mac: '10:b4:1d:0d:95:73' });
  });

  it('counts at once while nothing is known that could contradict it', () => {
    const { session, last } = createBench();
    session.feed(banner);
    session.feed(live);
    expect(last.identity).toMatchObject({ dialect: 'cli-text', firmware: 'SuperMorgIO', side: 'A' });
  });
});
