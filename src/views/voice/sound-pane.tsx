import { createEffect, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { Unsaved } from '../../components/unsaved.tsx';
import { voice as words } from '../../i18n/voice.ts';
import { areChoicesUnsaved, choices, choose } from './choices.ts';
import { canChooseLoudspeaker } from './loudspeaker.ts';
import { useVoice } from './use-voice.ts';

/** Which microphone, which loudspeaker, how loud, and what was lost on the way. */
export function SoundPane(): JSX.Element {
  const { call } = useVoice();
  const devices = createDevices(call.microphone);
  const of = (kind: MediaDeviceKind) => devices().filter((device) => device.kind === kind && device.deviceId !== '');
  return (
    <div class="voice-lists voice-sound-pane">
      <fieldset>
        <legend>{words.sound.talk}</legend>
        <label class="row">
          <input
            type="radio"
            name="voice-talk"
            checked={choices().talk === 'open'}
            onChange={() => choose({ talk: 'open' })}
          />
          {words.sound.open}
        </label>
        <label class="row">
          <input
            type="radio"
            name="voice-talk"
            checked={choices().talk === 'push'}
            onChange={() => choose({ talk: 'push' })}
          />
          {words.sound.pushToTalk}
        </label>
      </fieldset>
      <DeviceChoice
        label={words.sound.microphone}
        devices={of('audioinput')}
        chosen={choices().microphone}
        onChoose={(microphone) => {
          choose({ microphone });
          if (call.microphone() !== undefined || call.part() === 'talking') void call.changeMicrophone();
        }}
      />
      <Show
        when={canChooseLoudspeaker()}
        fallback={
          <p class="small soft">
            {words.sound.loudspeaker}: {words.sound.noLoudspeakers}
          </p>
        }
      >
        <DeviceChoice
          label={words.sound.loudspeaker}
          devices={of('audiooutput')}
          chosen={choices().loudspeaker}
          onChoose={(loudspeaker) => choose({ loudspeaker })}
        />
      </Show>
      <Show when={devices().every(({ label }) => label === '')}>
        <p class="small soft">{words.sound.namesLater}</p>
      </Show>
      <label class="row">
        {words.sound.volume}
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={choices().volume}
          onInput={(event) => choose({ volume: event.currentTarget.valueAsNumber })}
        />
        <span>{formatCount(choices().volume * 100)} %</span>
      </label>
      <label class="row">
        {words.sound.voice}
        <select
          class="field"
          value={choices().voice}
          onChange={(event) => choose({ voice: event.currentTarget.value === 'moshika' ? 'moshika' : 'myca' })}
        >
          <option value="myca">myca</option>
          <option value="moshika">moshika</option>
        </select>
        <span class="small soft">{words.sound.voiceNext}</span>
      </label>
      <Unsaved when={areChoicesUnsaved()} />
      <Counts />
    </div>
  );
}

function DeviceChoice(props: {
  readonly label: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}): JSX.Element {
  return (
    <label class="row">
      {props.label}
      <select
        class="field"
        value={props.chosen ?? ''}
        onChange={(event) => props.onChoose(event.currentTarget.value || undefined)}
      >
        <option value="">{words.sound.system}</option>
        <For each={props.devices}>
          {(device, index) => (
            <option value={device.deviceId} selected={device.deviceId === props.chosen}>
              {device.label || words.sound.unnamed(String(index() + 1))}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}

/** What is plugged in, as it changes. Without names until a microphone was allowed once: so it is looked again when one is open. */
function createDevices(microphone: () => unknown): () => readonly MediaDeviceInfo[] {
  const [devices, setDevices] = createSignal<readonly MediaDeviceInfo[]>([]);
  onMount(() => {
    const { mediaDevices } = navigator;
    if (mediaDevices === undefined) return;
    const look = async () => setDevices(await mediaDevices.enumerateDevices());
    createEffect(() => {
      microphone();
      void look();
    });
    mediaDevices.addEventListener('devicechange', look);
    onCleanup(() => mediaDevices.removeEventListener('devicechange', look));
  });
  return devices;
}

/** Everything that was not heard, and where it went. */
function Counts(): JSX.Element {
  const voice = useVoice();
  const { call } = voice;
  const seconds = (ms: number) => words.sound.secondsOf(formatValue(ms / 1_000, 1));
  const rows = (): readonly (readonly [name: keyof typeof words.sound.counts, value: string, isLoss: boolean])[] => {
    const { worker, uplink, missed } = call.counts();
    const report = call.report();
    const refused = Object.values(uplink.refused).reduce((sum, count) => sum + count, 0);
    const count = (value: number | undefined) => formatCount(value ?? 0);
    return [
      ['decoded', count(worker?.decoded), false],
      ['undecodable', count(worker?.undecodable), (worker?.undecodable ?? 0) > 0],
      ['lost', count(worker?.lost), (worker?.lost ?? 0) > 0],
      ['late', count(worker?.late), (worker?.late ?? 0) > 0],
      ['brokenPages', count(worker?.brokenPages), (worker?.brokenPages ?? 0) > 0],
      ['missed', count(missed), missed > 0],
      ['backlog', count(voice.session()?.audio.dropped), (voice.session()?.audio.dropped ?? 0) > 0],
      ['underruns', count(report?.underruns), (report?.underruns ?? 0) > 0],
      ['dropped', seconds(report?.droppedMs ?? 0), (report?.droppedMs ?? 0) > 0],
      ['flushed', seconds(report?.flushedMs ?? 0), false],
      ['encoded', count(worker?.encoded), false],
      ['sent', count(uplink.sent), false],
      ['refused', count(refused), refused > 0],
      ['unheard', count(worker?.unheard), false],
    ];
  };
  return (
    <Show when={call.counts().worker !== undefined} fallback={<p class="soft small">{words.sound.nothing}</p>}>
      <dl class="voice-facts small">
        <For each={rows()}>
          {([name, value, isLoss]) => (
            <>
              <dt>{words.sound.counts[name]}</dt>
              <dd data-count={name} classList={{ 'voice-over': isLoss }}>
                {isLoss ? '▲ ' : ''}
                {value}
              </dd>
            </>
          )}
        </For>
      </dl>
      <For each={Object.entries(call.counts().uplink.refused)}>
        {([why, count]) => (
          <p class="small">
            ▲ {formatCount(count)}: {why}
          </p>
        )}
      </For>
    </Show>
  );
}
