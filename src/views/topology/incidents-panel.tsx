import { createMemo, For, type JSX, Show } from 'solid-js';
import { ActButton } from '../../components/act-button.tsx';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { mayNotWords } from '../../components/may-words.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import type { IncidentRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { createUpstreamAct } from '../../link/create-act.ts';
import { createSource } from '../../link/create-source.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { mayNot } from '../../link/may.ts';
import { createIncidents, createLists, SLUG } from './create-topology.ts';

const ORDER: readonly IncidentRecord['severity'][] = ['critical', 'high', 'medium', 'low', 'unknown', 'info'];
const SIGNS: Readonly<Record<IncidentRecord['severity'], string>> = {
  critical: '▲',
  high: '▲',
  medium: '◆',
  low: '●',
  info: '●',
  unknown: '■',
};
const SHOWN = 50;
const SETS = ['investigating', 'resolved', 'ignored'] as const;

/** Open incidents of MAS, the worst first, and what may be done with each. */
export function IncidentsPanel(): JSX.Element {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const source = createSource(createUpstreams(link), SLUG, ['incidents']);
  const incidents = createIncidents(link, shown);
  const lists = createLists(link, shown);
  const list = createMemo(() =>
    incidents.records.values().toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.at - a.at),
  );
  const asked = () => lists.records.get('incidents');
  const newest = () => asked()?.lastGoodAt;
  return (
    <Panel
      title={words.incidents.title}
      name="incidents"
      ref={ref}
      strip={<SourceStrip source={source} newestAt={newest()} />}
    >
      <PanelBody
        source={source.state()}
        ready={incidents.ready()}
        count={list().length}
        what={words.incidents.what}
        empty={words.incidents.empty}
      >
        <p class="small soft">{words.incidents.count(list().length)}</p>
        <ul class="incidents">
          <For
            each={list()
              .slice(0, SHOWN)
              .map(({ id }) => id)}
          >
            {(id) => (
              <Show when={incidents.records.get(id)}>
                {(incident) => (
                  <Incident
                    incident={incident()}
                    isIn={(status) => {
                      const record = incidents.records.get(id);
                      return record === undefined || record.status === status;
                    }}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
        <Show when={list().length > SHOWN}>
          <p class="soft small">{words.panels.more(list().length - SHOWN)}</p>
        </Show>
      </PanelBody>
    </Panel>
  );
}

function Incident(props: {
  readonly incident: IncidentRecord;
  /** Whether it is so in what MAS tells; one that is no longer open is in no list. */
  readonly isIn: (status: string) => boolean;
}): JSX.Element {
  const link = useLink();
  const may = () => mayNotWords(mayNot('operator'));
  return (
    <li
      class={`incident severity-${props.incident.severity}`}
      data-incident={props.incident.id}
      data-status={props.incident.status}
    >
      <p>
        <strong class="incident-severity">
          <span aria-hidden="true">{SIGNS[props.incident.severity]}</span>{' '}
          {words.incidents.severity[props.incident.severity]}
        </strong>{' '}
        {props.incident.title}
      </p>
      <p class="soft small">
        {words.incidents.status[props.incident.status]} ·{' '}
        <time title={utcTime(props.incident.at)}>{clockTime(props.incident.at)}</time> · {props.incident.source}
      </p>
      <Show when={props.incident.description}>
        <p class="small agent-text">{props.incident.description}</p>
      </Show>
      <div class="row">
        <For each={SETS}>
          {(status) => {
            const act = createUpstreamAct(link, {
              upstream: SLUG,
              call: 'incident.update',
              seen: () => props.isIn(status),
              // MAS is asked for its incidents once a minute, and once more right after the act.
              seenMs: 70_000,
            });
            return (
              <ActButton
                label={words.incidents.set[status]}
                act={act}
                args={() => ({ id: props.incident.id, status })}
                whyNot={may()}
              />
            );
          }}
        </For>
      </div>
    </li>
  );
}
