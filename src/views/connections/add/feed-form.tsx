import { createEffect, createMemo, createSignal, For, type JSX, on, onMount, Show } from 'solid-js';
import { now } from '../../../components/now.ts';
import type { CustomFeed } from '../../../contract/upstream/custom-feed.ts';
import { connectionTools } from '../../../i18n/connection-tools.ts';
import { suggestMapping } from '../../../upstreams/custom/suggest-mapping.ts';
import { FrameList } from '../direct/frame-list.tsx';
import { useDirect } from '../direct/use-direct.ts';
import { type FeedDraft, type FieldRow, feedOf, fieldRows, listsIn, ROLES, withField } from './draft.ts';

const words = connectionTools.add;
const KINDS = ['samples', 'state', 'events'] as const;
const WHOLE = '\u0000whole';

export interface FeedFormProps {
  readonly first: FeedDraft;
  readonly taken: readonly string[];
  readonly onSave: (feed: CustomFeed) => Promise<void>;
}

/** Live messages of an endpoint, and which of their fields is what. The first ones are guessed from, until a person changes something. */
export function FeedForm(props: FeedFormProps): JSX.Element {
  const direct = useDirect();
  const [draft, setDraft] = createSignal(props.first);
  const [touched, setTouched] = createSignal(props.first.id !== undefined);
  const [since] = createSignal(Date.now());
  const change = (part: Partial<FeedDraft>): void => {
    setTouched(true);
    setDraft((before) => ({ ...before, ...part }));
  };
  const messages = createMemo(() => direct.frames().filter(({ dir, json }) => dir === 'in' && json !== undefined));
  const latest = () => messages().at(-1)?.json;
  const rows = createMemo(() => fieldRows(draft(), latest()));
  const lists = createMemo(() => listsIn(latest()));
  const listening = createMemo(() => [...new Set(messages().map(({ label }) => label))].filter(Boolean));
  const missing = () => draft().kind === 'samples' && draft().values.length === 0 && rows().length > 0;

  const connect = (): void => {
    const { url, transport, everyS } = draft();
    const absolute = new URL(url, location.origin).href;
    direct.open(transport, { url: absolute, headers: {}, protocols: [], everyMs: everyS * 1_000 });
  };
  onMount(connect);
  createEffect(
    on(messages, (all) => {
      if (touched() || all.length === 0 || all.length > 5) return;
      setDraft((before) => ({ ...before, ...suggestion(all.map(({ json }) => json)) }));
    }),
  );
  // A hub says nothing before it is asked: what is typed as the first words is said at once.
  createEffect(
    on(
      () => direct.state()?.is === 'open',
      (open) => {
        if (!open) return;
        for (const line of draft().hello.split('\n')) if (line.trim() !== '') direct.send(line, 'text');
      },
    ),
  );
  const save = (): Promise<void> => {
    const { transport, listen } = draft();
    // A hub's targets have names that must be given; those that were heard are meant.
    const heard = transport === 'signalr' && listen.trim() === '' ? listening().join(', ') : listen;
    return props.onSave(feedOf({ ...draft(), listen: heard }, props.taken));
  };

  return (
    <form
      class="feed-form"
      data-transport={draft().transport}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p>
        <strong>{connectionTools.transports[draft().transport]}.</strong> {words.why[draft().transport]}
      </p>
      <Show when={draft().transport === 'signalr' || draft().transport === 'websocket'}>
        <label class="stack">
          <span>
            {words.hello} <span class="soft small">{words.helloAbout}</span>
          </span>
          <textarea
            class="field mono"
            rows={2}
            value={draft().hello}
            onChange={(event) => {
              setDraft((before) => ({ ...before, hello: event.currentTarget.value }));
              for (const line of event.currentTarget.value.split('\n'))
                if (line.trim() !== '') direct.send(line, 'text');
            }}
          />
        </label>
      </Show>
      <section class="stack">
        <h2>
          {words.preview}{' '}
          <span class="soft small" data-messages={messages().length}>
            {messages().length > 0
              ? words.messages(messages().length)
              : words.waiting(Math.max(0, Math.round((now() - since()) / 1000)))}
          </span>
        </h2>
        <FrameList frames={direct.frames()} most={20} />
      </section>
      <Show when={latest() !== undefined} fallback={<p class="soft">{words.noFields}</p>}>
        <Show when={lists().length > 0}>
          <label class="row">
            <span>{words.list}</span>
            <select
              class="field"
              onChange={(event) => {
                const items = event.currentTarget.value === WHOLE ? undefined : event.currentTarget.value;
                change({ items, key: undefined, time: undefined, values: [] });
              }}
            >
              <option value={WHOLE} selected={draft().items === undefined}>
                {words.listWhole}
              </option>
              <For each={lists()}>
                {(name) => (
                  <option value={name} selected={draft().items === name}>
                    {name === '' ? '[ … ]' : name}
                  </option>
                )}
              </For>
            </select>
          </label>
        </Show>
        <FieldTable rows={rows()} onChange={(row) => change(withField(draft(), row))} />
      </Show>
      <div class="feed-settings">
        <label class="stack">
          <span>{words.name}</span>
          <input
            class="field"
            maxLength={64}
            required
            value={draft().name}
            onInput={(event) => setDraft((before) => ({ ...before, name: event.currentTarget.value }))}
          />
        </label>
        <label class="stack">
          <span>{words.kind}</span>
          <select
            class="field"
            onChange={(event) =>
              change({ kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? 'samples' })
            }
          >
            <For each={KINDS}>
              {(kind) => (
                <option value={kind} selected={draft().kind === kind}>
                  {words.kinds[kind]}
                </option>
              )}
            </For>
          </select>
        </label>
        <Show when={draft().transport === 'poll'}>
          <NumberField label={words.every} value={draft().everyS} onChange={(everyS) => change({ everyS })} />
        </Show>
        <NumberField
          label={words.stale}
          value={draft().staleS}
          onChange={(staleS) => setDraft((before) => ({ ...before, staleS }))}
        />
        <Show when={draft().transport === 'sse' || draft().transport === 'signalr'}>
          <label class="stack">
            <span>{words.listen}</span>
            <input
              class="field mono"
              title={words.listenAbout}
              placeholder={listening().join(', ')}
              value={draft().listen}
              onInput={(event) => setDraft((before) => ({ ...before, listen: event.currentTarget.value }))}
            />
          </label>
        </Show>
        <button type="submit" class="button primary" data-do="feed-save" disabled={missing()}>
          {words.save}
        </button>
      </div>
      <Show when={missing()}>
        <p class="soft">{words.needsValue}</p>
      </Show>
    </form>
  );
}

/** What is guessed, without the optional fields of the mapping being left over from an earlier guess. */
function suggestion(messages: readonly unknown[]): Partial<FeedDraft> {
  const { kind, items, key, time, values } = suggestMapping(messages, Date.now());
  return { kind, items, key, time, values };
}

function FieldTable(props: {
  readonly rows: readonly FieldRow[];
  readonly onChange: (row: FieldRow) => void;
}): JSX.Element {
  const paths = createMemo(() => props.rows.map(({ path }) => path), [], {
    equals: (a, b) => a.length === b.length && a.every((path, i) => path === b[i]),
  });
  const rowOf = (path: string): FieldRow =>
    props.rows.find((row) => row.path === path) ?? { path, latest: '', role: 'none', name: path, unit: '' };
  return (
    <div class="field-table-box">
      <table class="field-table">
        <caption class="visually-hidden">{words.fields}</caption>
        <thead>
          <tr>
            <For each={words.fieldColumns}>{(column) => <th scope="col">{column}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={paths()}>
            {(path) => (
              <tr data-field={path} class={rowOf(path).role}>
                <th scope="row" class="mono">
                  {path || '·'}
                </th>
                <td class="mono field-latest">{rowOf(path).latest}</td>
                <td>
                  <select
                    class="field"
                    aria-label={`${path}: ${words.fieldColumns[2]}`}
                    onChange={(event) =>
                      props.onChange({
                        ...rowOf(path),
                        role: ROLES.find((role) => role === event.currentTarget.value) ?? 'none',
                      })
                    }
                  >
                    <For each={ROLES}>
                      {(role) => (
                        <option value={role} selected={rowOf(path).role === role}>
                          {words.roles[role]}
                        </option>
                      )}
                    </For>
                  </select>
                </td>
                <td>
                  <Show when={rowOf(path).role === 'value'}>
                    <input
                      class="field"
                      maxLength={48}
                      aria-label={`${path}: ${words.fieldColumns[3]}`}
                      value={rowOf(path).name}
                      onChange={(event) => props.onChange({ ...rowOf(path), name: event.currentTarget.value || path })}
                    />
                  </Show>
                </td>
                <td>
                  <Show when={rowOf(path).role === 'value'}>
                    <input
                      class="field field-unit"
                      maxLength={16}
                      aria-label={`${path}: ${words.fieldColumns[4]}`}
                      value={rowOf(path).unit}
                      onChange={(event) => props.onChange({ ...rowOf(path), unit: event.currentTarget.value })}
                    />
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  return (
    <label class="stack">
      <span>
        {props.label} <span class="soft">({words.seconds})</span>
      </span>
      <input
        class="field"
        type="number"
        min="1"
        max="86400"
        value={props.value}
        onChange={(event) => props.onChange(Math.max(1, Number(event.currentTarget.value) || 1))}
      />
    </label>
  );
}
