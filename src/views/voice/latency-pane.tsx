import { createMemo, For, type JSX, Show } from 'solid-js';
import { clockTime } from '../../components/clock-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { voice as words } from '../../i18n/voice.ts';
import { median, type TurnLatency, turnLatencies } from './latency.ts';
import { useVoice } from './use-voice.ts';

const SHOWN = 20;
/** Aims of contract mas-voice §2.6, ms. */
const AIMS = { wordMs: 2_000, soundMs: 2_000, toolMs: undefined, replyMs: 8_000 } as const;
const SPOKEN_AIM_MS = 1_000;
const STAGES = ['wordMs', 'soundMs', 'toolMs', 'replyMs'] as const;

/** How long each stage of an answer took, per turn, as this tab saw it. */
export function LatencyPane(): JSX.Element {
  const voice = useVoice();
  const { call } = voice;
  const all = createMemo(() =>
    turnLatencies(voice.turns(), call.spans(), call.sounds(), voice.tools().toReversed(), voice.replies().toReversed()),
  );
  const rows = createMemo(() => all().slice(-SHOWN).reverse());
  return (
    <div class="voice-lists">
      <Show when={rows().length > 0} fallback={<p class="soft">{words.latency.empty}</p>}>
        <div class="voice-wide">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.latency.col.turn}</th>
                <th scope="col">{words.latency.col.word}</th>
                <th scope="col">{words.latency.col.sound}</th>
                <th scope="col">{words.latency.col.tool}</th>
                <th scope="col">{words.latency.col.reply}</th>
              </tr>
            </thead>
            <tbody>
              <tr data-medians>
                <th scope="row">{words.latency.medians}</th>
                <For each={STAGES}>
                  {(stage) => <Cell ms={median(all().map((row) => row[stage]))} aim={AIMS[stage]} />}
                </For>
              </tr>
              <For each={rows()}>{(row) => <Row row={row} />}</For>
            </tbody>
          </table>
        </div>
      </Show>
      <dl class="voice-facts small">
        <dt>{words.latency.interrupt}</dt>
        <dd>{inMs(call.interruptMs())}</dd>
        <dt>{words.latency.uplink}</dt>
        <dd>{inMs(call.counts().uplink.tookMs)}</dd>
        <dt>{words.latency.buffer}</dt>
        <dd>{inMs(call.report()?.bufferedMs)}</dd>
      </dl>
      <p class="soft small">{words.latency.stt}</p>
    </div>
  );
}

function Row(props: { readonly row: TurnLatency }): JSX.Element {
  const aim = (stage: (typeof STAGES)[number]) =>
    props.row.said === 'spoken' && stage === 'soundMs' ? SPOKEN_AIM_MS : AIMS[stage];
  return (
    <tr>
      <th scope="row" title={props.row.text}>
        <span class="soft">{clockTime(props.row.at)}</span> {props.row.text?.slice(0, 40) ?? words.latency.spoken}
      </th>
      <For each={STAGES}>{(stage) => <Cell ms={props.row[stage]} aim={aim(stage)} />}</For>
    </tr>
  );
}

function Cell(props: { readonly ms: number | undefined; readonly aim: number | undefined }): JSX.Element {
  const isOver = () => props.ms !== undefined && props.aim !== undefined && props.ms > props.aim;
  return (
    <td
      classList={{ 'voice-over': isOver() }}
      title={props.aim === undefined ? undefined : words.latency.aim(formatCount(props.aim))}
    >
      {isOver() ? '▲ ' : ''}
      {props.ms === undefined ? words.latency.none : formatCount(props.ms)}
    </td>
  );
}

const inMs = (ms: number | undefined): string =>
  ms === undefined ? words.latency.none : words.latency.ms(formatCount(ms));
