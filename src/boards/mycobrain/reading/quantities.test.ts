import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BoardItem } from '../../../contract/board-item.ts';
import { mendMac } from './mac.ts';
import { describeSeries } from './quantities.ts';
import { readingsOf } from './readings.ts';

const FILES = ['mdp1_json', 'mdp1_bin', 'json_lines', 'text_lines', 'sidea_mdp_text', 'edge_cases'];
const fixture = (name: string): { readonly decoded: { readonly items: readonly BoardItem[] } }[] =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url)), 'utf8'));

describe('readings', () => {
  it('of every fixture are finite, and their series are ones we know', () => {
    const unknown = new Set<string>();
    let taken = 0;
    for (const item of FILES.flatMap(fixture).flatMap((vector) => vector.decoded.items)) {
      readingsOf(item, (series, value) => {
        taken += 1;
        expect(Number.isFinite(value), series).toBe(true);
        const { label, unit } = describeSeries(series);
        if (label === series || unit === undefined) unknown.add(series);
      });
    }
    expect(taken).toBeGreaterThan(500);
    expect([...unknown]).toEqual([]);
  });

  it('flag the pressure of a field board, and describe names nobody knows', () => {
    expect(describeSeries('a.pressure_hpa')).toMatchObject({ slot: 'AMB (0x77)', unit: 'hPa', plausible: [850, 1100] });
    expect(describeSeries('x.flow_ms')).toMatchObject({ label: 'Flow', slot: 'x', unit: 'ms' });
    expect(describeSeries('__proto__').label).not.toBe('');
  });

  it('mend a reversed hardware address', () => {
    expect(mendMac('2C:1B:0A:1D:B4:10')).toBe('10:b4:1d:0a:1b:2c');
    expect(mendMac('DBAE741DB410')).toBe('10:b4:1d:74:ae:db');
    expect(mendMac('10:B4:1D:0A:1B:2C')).toBe('10:b4:1d:0a:1b:2c');
    expect(mendMac('e852c9')).toBeUndefined();
  });
});
