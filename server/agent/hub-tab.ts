import { type Remote, wrap } from 'comlink';
import type { FromHolder, ToHolder } from '../../src/contract/board-link.ts';
import type { Delivery, FromHub } from '../../src/contract/from-hub.ts';
import type { HubApi } from '../../src/contract/hub-api.ts';
import type { TabId } from '../../src/contract/ids.ts';
import type { ToHub } from '../../src/contract/to-hub.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import type { Hub } from '../../workers/hub/create-hub.ts';
import type { PortHolder } from '../../workers/serial/port-holder.ts';

/** A page of the hub without a screen. */
export interface HubTab {
  readonly api: Remote<HubApi>;
  /** This page has a holder of ports; `say` may add to what it says. */
  hold(holder: PortHolder, say: (message: FromHolder) => FromHolder): void;
}

/** Connects to a hub of this process as a page does. Resolves with the hub's welcome. */
export async function openHubTab(
  hub: Hub,
  id: TabId,
  onDelivery: (items: readonly Delivery[]) => void,
): Promise<HubTab> {
  const data = new MessageChannel();
  const rpc = new MessageChannel();
  const send = (message: ToHub, ports: MessagePort[] = []) => data.port1.postMessage(message, ports);
  const welcome = Promise.withResolvers<void>();
  data.port1.onmessage = ({ data: message }: MessageEvent<FromHub>) => {
    if (message.t === 'welcome') welcome.resolve();
    if (message.t !== 'deliver') return;
    onDelivery(message.items);
    send({ t: 'ack', credit: message.credit });
  };
  hub.accept(data.port2);
  send({ t: 'hello', tab: id, build: 'agent', contract: CONTRACT_VERSION, visible: true }, [rpc.port2]);
  await welcome.promise;
  return {
    api: wrap<HubApi>(rpc.port1),
    hold(holder, say) {
      const { port1, port2 } = new MessageChannel();
      send({ t: 'holder' }, [port2]);
      port1.onmessage = ({ data: message }: MessageEvent<ToHolder>) => holder.handle(message);
      holder.connectHub({
        postMessage: (message, transfer) => port1.postMessage(say(message), transfer),
      });
    },
  };
}
