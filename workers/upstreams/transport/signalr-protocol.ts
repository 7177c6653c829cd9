import {
  type HubMessage,
  type IHubProtocol,
  type InvocationMessage,
  MessageType,
  TransferFormat,
} from '@microsoft/signalr';
import { RECORD_END, RecordSplitter } from '../../../src/decode/signalr/record-splitter.ts';

export interface TolerantProtocolOptions {
  /** Of one record, in characters. */
  readonly maxBytes: number;
  readonly onInvocation: (message: InvocationMessage, record: string) => void;
  /** Every other record. */
  readonly onOther: (type: number, record: string) => void;
  readonly onSent: (record: string) => void;
  readonly onUnreadable: (record: string, inARow: number) => void;
  readonly onTooLarge: () => void;
  readonly onUnknownType: (type: string) => void;
  readonly onClose: (error: string | undefined, allowReconnect: boolean) => void;
}

/**
 * SignalR's JSON protocol for one connection, as forgiving as the library's own is strict: a record may come in pieces over several
 * messages, and one that cannot be read costs itself, not the connection.
 */
export class TolerantProtocol implements IHubProtocol {
  readonly name = 'json';
  readonly version = 2;
  readonly transferFormat = TransferFormat.Text;
  readonly #options: TolerantProtocolOptions;
  readonly #splitter: RecordSplitter;
  #unreadable = 0;
  #isEnded = false;

  constructor(options: TolerantProtocolOptions) {
    this.#options = options;
    this.#splitter = new RecordSplitter(options.maxBytes);
  }

  parseMessages(input: string | ArrayBuffer): HubMessage[] {
    const messages: HubMessage[] = [];
    if (this.#isEnded) return messages;
    const { records, tooLarge } = this.#splitter.push(input);
    for (const record of records) this.#take(record, messages);
    if (tooLarge) {
      this.#isEnded = true;
      this.#options.onTooLarge();
    }
    return messages;
  }

  writeMessage(message: HubMessage): string {
    const record = JSON.stringify(message);
    this.#options.onSent(record);
    return record + RECORD_END;
  }

  #take(record: string, messages: HubMessage[]): void {
    const message = parsed(record);
    if (message === undefined) {
      this.#options.onUnreadable(record, ++this.#unreadable);
      return;
    }
    this.#unreadable = 0;
    switch (message.type) {
      case MessageType.Invocation:
        this.#options.onInvocation(message, record);
        // One that wants an answer gets the library's: that there is none.
        if (message.invocationId !== undefined) messages.push(message);
        return;
      case MessageType.Close:
        this.#options.onOther(message.type, record);
        this.#options.onClose(message.error, message.allowReconnect === true);
        messages.push(message);
        return;
      case MessageType.StreamItem:
      case MessageType.Completion:
      case MessageType.Ping:
      case MessageType.Ack:
      case MessageType.Sequence:
        this.#options.onOther(message.type, record);
        messages.push(message);
        return;
      default:
        this.#options.onUnknownType(String((message as { readonly type: number }).type));
    }
  }
}

/** undefined: no message of this protocol. What the library relies on is checked, and nothing else. */
function parsed(record: string): HubMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'number')
    return undefined;
  const message = value as Record<string, unknown>;
  switch (message.type) {
    case MessageType.Invocation:
      // Arguments that are missing are the reader's business.
      message.arguments ??= [];
      return typeof message.target === 'string' && message.target !== '' && Array.isArray(message.arguments)
        ? (value as HubMessage)
        : undefined;
    case MessageType.StreamItem:
    case MessageType.Completion:
      return typeof message.invocationId === 'string' ? (value as HubMessage) : undefined;
    case MessageType.Ack:
    case MessageType.Sequence:
      return typeof message.sequenceId === 'number' ? (value as HubMessage) : undefined;
    default:
      return value as HubMessage;
  }
}
