/** One number with its name, as a device or an experiment gave it. */
export interface NamedReading {
  /** Lower case: `temperature`, `ch0.amplitude`, `bioelectric[0]`. */
  readonly name: string;
  readonly value: number;
  /** As a person reads it (`°C`, `µS/cm`); empty: it has none, or nobody knows which. */
  readonly unit: string;
}
