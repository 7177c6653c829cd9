import { findCommand } from '../../boards/catalog.ts';
import type { CommandUpdate } from '../../contract/board-command.ts';
import { isFinal } from '../../contract/board-command.ts';
import { boardChannel } from '../../contract/channel.ts';
import type { Outcome } from '../../contract/hub-api.ts';
import { randomId } from '../../lib/random-id.ts';
import type { HubLink } from '../../link/link.ts';
import type { FleetDevice, Sighting } from '../../upstreams/fleet/merge-fleet.ts';

/** MAS counts what it is asked, and a device answers in its time. */
const MAS_MS = 35_000;
const BOARD_MS = 12_000;

export type BulkOutcome = { readonly is: 'ok' | 'failed'; readonly words: string } | { readonly is: 'skipped' };

const boardOf = ({ sightings }: FleetDevice): Sighting | undefined =>
  sightings.find(({ source }) => source === 'usb' || source === 'relay');

/** How a device is told this: on its own port, else by MAS; undefined: nobody here can tell it. */
export function wayOf(device: FleetDevice, command: string): 'board' | 'mas' | undefined {
  if (boardOf(device)?.commands?.includes(command)) return 'board';
  return device.sightings.some(({ source }) => source === 'mas') ? 'mas' : undefined;
}

/** Commands that every board among these takes as it is: without parameters, and not dangerous. */
export function sharedCommands(devices: readonly FleetDevice[]): readonly string[] {
  const boards = devices.flatMap((device) => boardOf(device) ?? []);
  const [first, ...others] = boards;
  return (first?.commands ?? []).filter((name) => {
    const declared = findCommand(name);
    const isPlain = declared !== undefined && declared.params.length === 0 && declared.danger === undefined;
    return isPlain && others.every(({ commands }) => commands?.includes(name));
  });
}

/** Tells one device, and waits for what becomes of it. */
export async function tell(
  link: HubLink,
  device: FleetDevice,
  command: string,
  { by, confirmed }: { readonly by: string; readonly confirmed: boolean },
): Promise<BulkOutcome> {
  const way = wayOf(device, command);
  if (way === undefined) return { is: 'skipped' };
  if (way === 'board') return tellBoard(link, boardOf(device)?.id ?? '', command, by);
  const id = device.sightings.find(({ source }) => source === 'mas')?.id;
  const args = { device: id, command, confirmed, id: randomId() };
  return outcomeOf(
    await link.ask((hub) => hub.upstream({ do: 'call', upstream: 'mas-devices', name: 'command', args }), MAS_MS),
  );
}

function tellBoard(link: HubLink, board: string, name: string, by: string): Promise<BulkOutcome> {
  const id = randomId();
  return new Promise((resolve) => {
    const finish = (outcome: BulkOutcome) => {
      clearTimeout(timer);
      stop();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish({ is: 'failed', words: 'no answer in time' }), BOARD_MS);
    const stop = link.subscribeEvents<CommandUpdate>(
      boardChannel(board, 'commands'),
      {
        onEvents: (updates) => {
          const last = updates.findLast((update) => update.id === id)?.state;
          if (last === undefined || !isFinal(last)) return;
          if (last.is === 'done') finish({ is: 'ok', words: last.answer ?? 'done' });
          else finish({ is: 'failed', words: 'error' in last ? last.error.message : last.is });
        },
        onGap: () => undefined,
      },
      { rewind: 20 },
    );
    const request = { id, board, name, params: {}, by, deadline: Date.now() + BOARD_MS };
    void link
      .ask((hub) => hub.command(request))
      .then((outcome) => {
        if (!outcome.ok) finish({ is: 'failed', words: outcome.error.message });
      });
  });
}

const outcomeOf = (outcome: Outcome<unknown>): BulkOutcome =>
  outcome.ok
    ? { is: 'ok', words: (JSON.stringify(outcome.value) ?? '').slice(0, 120) }
    : { is: 'failed', words: outcome.error.message };
