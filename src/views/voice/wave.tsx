import { type JSX, onCleanup, onMount } from 'solid-js';
import { pageShown } from '../../components/page-shown.ts';

/** Of its pixels, up to here is a whole swing. */
const HEIGHT = 40;
const EVERY_MS = 50;

/** The curve of a sound as it is now. A flat line is silence; no line at all is no sound. */
export function Wave(props: { readonly analyser: AnalyserNode | undefined; readonly label: string }): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  const draw = () => {
    const context = canvas?.getContext('2d');
    if (canvas === undefined || context === null || context === undefined || !pageShown()) return;
    const width = Math.max(1, canvas.clientWidth);
    if (canvas.width !== width) canvas.width = width;
    context.clearRect(0, 0, width, HEIGHT);
    const { analyser } = props;
    if (analyser === undefined) return;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let x = 0; x < width; x += 1) {
      const sample = samples[Math.floor((x / width) * samples.length)] ?? 0;
      const y = HEIGHT / 2 - Math.max(-1, Math.min(1, sample)) * (HEIGHT / 2 - 1);
      if (x === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  };
  onMount(() => {
    const timer = setInterval(draw, EVERY_MS);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <canvas
      class="voice-wave"
      height={HEIGHT}
      role="img"
      aria-label={props.label}
      ref={(element) => (canvas = element)}
    />
  );
}
