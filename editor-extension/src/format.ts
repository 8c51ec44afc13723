import type { EnergyReading } from "./protocol";

/** Says how joules came about, in one clause. */
const explanations: Record<string, string> = {
  "measured-counter": "measured by the device's energy counter",
  "measured-integrated": "measured: power readings added up",
  apportioned: "apportioned: this work's share of what was measured",
  "estimated-model": "estimated, not measured",
  unavailable: "not known on this machine",
};

export const isMeasured = (label: string): boolean => label === "measured-counter" || label === "measured-integrated";

export function explainLabel(label: string): string {
  return explanations[label] ?? label;
}

/** Two significant digits and a unit: `310 mJ`, `1.3 J`, `4.2 kJ`. */
export function formatJoules(joules: number): string {
  const rounded = significant(joules);
  const size = Math.abs(rounded);
  if (size >= 1000) return `${significant(rounded / 1000)} kJ`;
  return size >= 1 || size === 0 ? `${rounded} J` : `${significant(rounded * 1000)} mJ`;
}

/** Joules with what they are worth: only a measurement stands without a mark. */
export function formatReading(reading: Pick<EnergyReading, "joules" | "label">): string {
  if (reading.joules === null || reading.label === "unavailable") return "joules unknown";
  const joules = formatJoules(reading.joules);
  if (isMeasured(reading.label)) return joules;
  return reading.label === "apportioned" ? `≈ ${joules}` : `≈ ${joules} est.`;
}

/** Watts of a device, marked where its source estimates them. */
export function formatWatts(watts: number, label: string): string {
  const number = `${Math.round(watts)} W`;
  return isMeasured(label) ? number : `≈ ${number} est.`;
}

/** A share as whole percents. */
export function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : "–";
}

const significant = (value: number): number => Number(value.toPrecision(2));
