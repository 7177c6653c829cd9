import { type Accessor, createMemo, type JSX, Show } from 'solid-js';
import type { DataColumn } from '../../components/data-table.tsx';
import type { scientific } from '../../i18n/scientific.ts';
import { fits } from './fits.ts';
import { isKnown, type Told } from './lab-act.tsx';
import { LabList } from './lab-list.tsx';
import { MakeThing, type MakeThingProps } from './make-thing.tsx';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import type { LabPart } from './use-lab.ts';

interface Row {
  readonly id: string;
  readonly state: keyof typeof scientific.state;
}

export interface LabPaneProps<R extends Row> extends PaneProps {
  readonly part: LabPart<Told>;
  /** What there is: the part's rows, or more. */
  readonly rows: readonly R[];
  readonly title: string;
  readonly name: string;
  readonly what: string;
  readonly empty: { readonly title: string; readonly text: string };
  readonly columns: readonly DataColumn<R>[];
  readonly states: readonly Row['state'][];
  /** What a search looks in. */
  readonly texts: (row: R) => readonly (string | undefined)[];
  readonly make: Pick<MakeThingProps, 'label' | 'call' | 'fields'>;
  readonly rowPx?: number;
  readonly rowClass?: (row: R) => string;
  /** The row that is looked into. */
  readonly children: (row: Accessor<R>) => JSX.Element;
}

/** One kind of thing of the lab: its table with search, how a new one is made, and the one that is looked into. */
export function LabPane<R extends Row>(props: LabPaneProps<R>): JSX.Element {
  const { part } = props;
  const found = createMemo(() => props.rows.filter((row) => fits(props.address, row, ...props.texts(row))));
  const chosen = createMemo(() => props.rows.find(({ id }) => id === props.address.sel));
  return (
    <div class="lab-pane" ref={part.ref}>
      <PartPanel
        part={part}
        inPane
        title={props.title}
        name={props.name}
        what={props.what}
        count={props.rows.length}
        empty={props.empty}
        tools={
          <MakeThing {...props.make} isThere={(id) => isKnown(part.get(id))} onMade={(sel) => props.change({ sel })} />
        }
      >
        <LabList
          address={props.address}
          change={props.change}
          label={props.title}
          columns={props.columns}
          rows={found()}
          all={props.rows.length}
          states={props.states}
          {...(props.rowPx !== undefined && { rowPx: props.rowPx })}
          {...(props.rowClass && { rowClass: props.rowClass })}
        />
      </PartPanel>
      <Show when={chosen()}>{(row) => props.children(row)}</Show>
    </div>
  );
}
