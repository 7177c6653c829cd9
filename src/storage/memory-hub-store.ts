import type { HubSettings, HubStore, StoredBoard } from './hub-store.ts';

/** Remembers only as long as it lives: where there is no IndexedDB (private windows of some browsers), and in tests. */
export function memoryHubStore(): HubStore {
  const boards = new Map<string, StoredBoard>();
  const settings = new Map<string, unknown>();
  return {
    failures: 0,
    boards: async () => [...boards.values()],
    putBoard: async (board) => void boards.set(board.id, board),
    deleteBoard: async (id) => void boards.delete(id),
    setting: async <K extends keyof HubSettings>(name: K) => settings.get(name) as HubSettings[K] | undefined,
    setSetting: async (name, value) => void settings.set(name, value),
  };
}
