import type { JSX, ParentProps } from 'solid-js';
import './empty-state.css';

/** What would be here, why it is not, and (children) the one thing to do. */
export function EmptyState(props: ParentProps<{ readonly title: string; readonly text: string }>): JSX.Element {
  return (
    <section class="empty-state">
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children}
    </section>
  );
}
