import type { JSX } from 'solid-js';
import { encode } from 'uqr';

export interface QrCodeProps {
  readonly text: string;
  /** What it says, for who cannot see it. */
  readonly label: string;
}

/** Four modules of white around, as readers want it. */
const QUIET = 4;

/** A QR code as one path. Dark on white in every theme: readers are not all able to read it the other way round. */
export function QrCode(props: QrCodeProps): JSX.Element {
  const picture = () => {
    const { size, data } = encode(props.text, { ecc: 'M', border: QUIET });
    const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size, path: dark.join('') };
  };
  return (
    <svg class="qr-code" role="img" aria-label={props.label} viewBox={`0 0 ${picture().size} ${picture().size}`}>
      <rect width="100%" height="100%" fill="#fff" />
      <path d={picture().path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
