/** What the page is given by the test. */
declare global {
  function plugIn(): Promise<void>;
  function pullOut(): Promise<void>;
  function openElsewhere(): Promise<string>;
}

/**
 * Uses a serial port in every way Hyphae does, and some it should not, and notes what came of it. Runs in the browser as text: it may
 * use nothing from outside itself. The board behind the port is an echo.
 */
export async function serialClient(): Promise<Record<string, unknown>> {
  const noted: Record<string, unknown> = {};
  const outcome = (promise: Promise<unknown>) => promise.then(() => 'done', String);
  const options = { baudRate: 115_200, bufferSize: 65_536 };
  // Not `{ once: true }`: Chromium then delivers no event at all (seen with 156).
  const nextEvent = (type: 'connect' | 'disconnect') =>
    new Promise<Event>((resolve) => navigator.serial.addEventListener(type, resolve));
  const told = (event: Event) => {
    const port = event.target;
    return {
      onPort: port !== null && port !== navigator.serial,
      connected: (port as unknown as { connected: boolean }).connected,
    };
  };
  const streams = (port: SerialPort) => [port.readable, port.writable];

  async function echo(port: SerialPort, bytes: Uint8Array): Promise<Uint8Array> {
    const reader = port.readable?.getReader();
    const writer = port.writable?.getWriter();
    if (!reader || !writer) throw new Error('no streams');
    const back = new Uint8Array(bytes.length);
    const written = writer.write(bytes);
    for (let got = 0; got < bytes.length; ) {
      const { value } = await reader.read();
      if (!value) throw new Error('the stream ended');
      back.set(value, got);
      got += value.length;
    }
    await written;
    reader.releaseLock();
    writer.releaseLock();
    return back;
  }
  const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);
  const echoText = async (port: SerialPort, text: string) =>
    new TextDecoder().decode(await echo(port, new TextEncoder().encode(text)));
  const onlyPort = async () => {
    const [port] = await navigator.serial.getPorts();
    if (!port) throw new Error('no port');
    return port;
  };

  noted['no board: ports'] = (await navigator.serial.getPorts()).length;
  const connected = nextEvent('connect');
  await plugIn();
  noted['connect event'] = told(await connected);
  noted['ports and ids'] = (await navigator.serial.getPorts()).map((one) => one.getInfo());
  const port = await onlyPort();
  noted['same object each time'] = port === (await onlyPort());

  noted['closed: streams'] = streams(port);
  noted['closed: setSignals'] = await outcome(port.setSignals({ requestToSend: false }));
  noted['open: baud rate 0'] = await outcome(port.open({ baudRate: 0 }));
  noted.open = await outcome(port.open(options));
  noted['open twice'] = await outcome(port.open(options));
  noted['open in another tab'] = await openElsewhere();

  const every = Uint8Array.from({ length: 256 }, (_, index) => index);
  noted['echo of every byte'] = same(await echo(port, every), every);
  const much = Uint8Array.from({ length: 262_144 }, (_, index) => (index * 2_654_435_761) >>> 24);
  noted['echo of 256 KiB'] = same(await echo(port, much), much);

  const first = port.readable;
  const reader = first?.getReader();
  noted['close while locked'] = await outcome(port.close());
  await reader?.cancel();
  reader?.releaseLock();
  noted['after cancel'] = {
    another: port.readable !== null && port.readable !== first,
    reads: await echoText(port, 'again'),
  };
  noted['setSignals with nothing'] = await outcome(port.setSignals({}));
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
  noted.signals = await port.getSignals();
  noted.close = await outcome(port.close());
  noted['close twice'] = await outcome(port.close());
  noted['closed again: streams'] = streams(port);

  await port.open(options);
  const pending = port.readable?.getReader().read();
  const gone = nextEvent('disconnect');
  await pullOut();
  noted['pulled: pending read'] = await outcome(pending ?? Promise.resolve());
  noted['pulled: readable'] = port.readable;
  noted['pulled: event'] = told(await gone);
  noted['pulled: ports'] = (await navigator.serial.getPorts()).length;
  noted['pulled: close'] = await outcome(port.close());

  const back = nextEvent('connect');
  await plugIn();
  noted['replug: event'] = told(await back);
  const again = await onlyPort();
  noted['replug: another object'] = again !== port;
  await again.open(options);
  noted['replug: echo'] = await echoText(again, 'back');
  await again.close();
  await again.forget();
  noted['forgotten: ports'] = (await navigator.serial.getPorts()).length;
  return noted;
}
