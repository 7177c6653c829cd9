import { createMemo, type JSX, Show } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import { FactList } from '../../components/fact-list.tsx';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import type { SystemHealthRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { createSource } from '../../link/create-source.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { createHealth, SLUG } from './create-topology.ts';
import { RunnerActs } from './runner-acts.tsx';

/** What MAS says of itself as a whole, and where that differs from what is known here. */
export function HealthPanel(props: { readonly known: number }): JSX.Element {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const source = createSource(createUpstreams(link), SLUG, ['health']);
  const health = createHealth(link, shown);
  const record = () => health.records.get('system') ?? health.records.get('orchestrator');
  const rows = createMemo(() => rowsOf(record()));
  const said = () => record()?.totalAgents;
  return (
    <Panel
      title={words.health.title}
      name="health"
      ref={ref}
      strip={<SourceStrip source={source} newestAt={record()?.at} />}
    >
      <PanelBody
        source={source.state()}
        ready={health.ready()}
        count={rows().length}
        what={words.health.what}
        empty={words.health.empty}
      >
        <FactList facts={rows()} />
        <Show when={said() !== undefined && said() !== props.known}>
          <p class="small">{words.health.differs(said() ?? 0, props.known)}</p>
        </Show>
      </PanelBody>
      <RunnerActs />
    </Panel>
  );
}

function rowsOf(record: SystemHealthRecord | undefined): readonly (readonly [string, string])[] {
  if (record === undefined) return [];
  const w = words.health;
  const count = (name: string, value: number | undefined) =>
    value === undefined ? [] : [[name, formatCount(value)] as const];
  const percent = (name: string, value: number | undefined) =>
    value === undefined ? [] : [[name, `${formatValue(value, 1)} %`] as const];
  return [
    ...count(w.total, record.totalAgents),
    ...count(w.active, record.activeAgents),
    ...count(w.degraded, record.degradedAgents),
    ...count(w.error, record.errorAgents),
    ...count(w.tasks, record.tasksCompleted),
    ...count(w.errors, record.errors),
    ...percent(w.cpu, record.cpuPercent),
    ...percent(w.memory, record.memoryPercent),
    ...(record.uptimeS === undefined ? [] : [[w.uptime, durationWords(record.uptimeS * 1_000)] as const]),
    ...count(w.heartbeats, record.heartbeatCount),
    ...(record.redisConnected === undefined
      ? []
      : [[w.redis, record.redisConnected ? w.redisOn : w.redisOff] as const]),
  ];
}
