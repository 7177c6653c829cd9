/** What stands beside the transcript. */
export const PANES = ['answers', 'latency', 'commands', 'activity', 'sound', 'service'] as const;
export type VoicePane = (typeof PANES)[number];

/** What the address of the Voice view holds. */
export interface VoiceAddress {
  readonly pane: VoicePane;
  /** Only turns with this in them. */
  readonly find: string;
}

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

const MAX = 128;
const one = (value: string | readonly string[] | undefined): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, MAX);

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export const readVoiceAddress = (search: Search): VoiceAddress => ({
  pane: PANES.find((pane) => pane === one(search.pane)) ?? 'answers',
  find: one(search.find),
});

export const writeVoiceAddress = ({ pane, find }: VoiceAddress): Record<string, string | undefined> => ({
  pane: pane === 'answers' ? undefined : pane,
  find: find || undefined,
});
