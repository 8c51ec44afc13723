// CodeExit's own messages, as docs/protocol.md describes them. Every member that an older server leaves out is optional.

/** How joules came about. */
export type EnergyLabel = "measured-counter" | "measured-integrated" | "apportioned" | "estimated-model" | "unavailable";

/** Joules of a suggestion. */
export interface EnergyReading {
  /** Gross; null where nothing can be said. */
  joules: number | null;
  /** Less what the idle machine would have drawn. */
  netJoules?: number | null;
  label: EnergyLabel | (string & {});
  source: string;
  scope: string;
  windowMs?: number | null;
}

/** `data` of an inline completion item. */
export interface SuggestionData {
  energy?: EnergyReading | null;
  layers?: {
    /** Layers that ran for all tokens together. */
    total: number;
    mean: number;
    perToken?: number[];
    /** Layers of a token at full depth. */
    count?: number;
  } | null;
  mode?: string | null;
  policy?: string | null;
  tokens?: number | null;
  /** It is, or is the rest of, one that was there before: nothing was run for it. */
  reused?: boolean | null;
}

/** The answer to `codeexit/status`. */
export interface StatusAnswer {
  state: "unloaded" | "loading" | "ready" | "failed" | (string & {});
  error?: string | null;
  model?: string | null;
  device?: string | null;
  policy?: string | null;
  mode?: string | null;
  /** In mode `auto`: the mode that its price stands nearest to now. */
  effectiveMode?: string | null;
  modeReason?: string | null;
  paused?: boolean | null;
  energy?: { source: string; label: string; scope: string; watts?: number | null; idleWatts?: number | null } | null;
  latencyMs?: { p50: number; p95: number } | null;
  suggestions?: { offered: number; accepted: number } | null;
}

/** What was spent under one label, source and scope since the service started. */
export interface EnergyTotal {
  label: string;
  source: string;
  scope: string;
  requests: number;
  joules: number | null;
  wastedJoules?: number | null;
  acceptedCharacters?: number | null;
}

/** The answer to `codeexit/energy`. */
export interface EnergyAnswer {
  /** This connection's last suggestion, an empty one too. */
  last?: EnergyReading | null;
  totals?: EnergyTotal[];
}

export const Methods = {
  inlineCompletion: "textDocument/inlineCompletion",
  status: "codeexit/status",
  energy: "codeexit/energy",
} as const;
