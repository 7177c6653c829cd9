import type { HubConnection } from './hub-connection.ts';

export const DASHBOARD = 'DashboardUsers';
export const MYCA = 'MycaUsers';
export const ALL = 'AllUsers';

export interface HubRoom {
  now(): string;
  /** Everybody but this one. */
  others(connection: HubConnection): Iterable<HubConnection>;
}

type Method = { readonly args: readonly ('string' | 'number')[]; readonly run: Run };
type Run = (room: HubRoom, caller: HubConnection, args: readonly unknown[]) => void;

const join = (caller: HubConnection, groupName: string): void => {
  caller.groups.add(groupName);
  caller.invoke('JoinedGroup', { groupName, message: `Joined ${groupName}` });
};

const tenth = (degrees: number): string => String(Math.floor(degrees * 10 + 1e-9) / 10);

const METHODS: Readonly<Record<string, Method>> = {
  joindevicegroup: { args: ['string'], run: (_, caller, [device]) => join(caller, `device-${String(device)}`) },
  joinlocationgroup: {
    args: ['number', 'number', 'number'],
    run: (_, caller, [latitude, longitude]) =>
      join(caller, `location-${tenth(Number(latitude))}-${tenth(Number(longitude))}`),
  },
  joindashboardgroup: { args: [], run: (_, caller) => join(caller, DASHBOARD) },
  joinmycagroup: { args: [], run: (_, caller) => join(caller, MYCA) },
  leavegroup: {
    args: ['string'],
    run: (_, caller, [name]) => {
      const groupName = String(name);
      caller.groups.delete(groupName);
      caller.invoke('LeftGroup', { groupName, message: `Left ${groupName}` });
    },
  },
  sendmessage: {
    args: ['string'],
    run: (room, caller, [message]) => {
      for (const other of room.others(caller))
        other.invoke('MessageReceived', { from: caller.id, message, timestamp: room.now() });
    },
  },
};

/** Runs what a client asks for; gives the error of its completion, or undefined when it went well. */
export function callMethod(
  room: HubRoom,
  caller: HubConnection,
  target: string,
  args: readonly unknown[],
): string | undefined {
  const failed = `Failed to invoke '${target}' due to an error on the server.`;
  const name = target.toLowerCase();
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined) return `${failed} HubException: Method does not exist.`;
  if (args.length !== method.args.length)
    return `${failed} InvalidDataException: Invocation provides ${args.length} argument(s) but target expects ${method.args.length}.`;
  if (method.args.some((type, index) => typeof args[index] !== type))
    return `${failed} InvalidDataException: Error binding arguments. Make sure that the types of the provided values match the types of the hub method being invoked.`;
  method.run(room, caller, args);
  return undefined;
}
