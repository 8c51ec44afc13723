import { explainLabel, formatJoules, formatReading, formatWatts } from "../format";
import type { State } from "../state";

/** What the status bar item shows. `text` may hold icons, `$(name)`. */
export interface StatusText {
  text: string;
  /** For screen readers: the text without icons and abbreviations. */
  spoken: string;
  tooltip: string[];
  severity: "normal" | "warning" | "error";
}

/**
 * @param language id of the language in the active editor, if there is one.
 * @param isDisabled whether suggestions are switched off in it.
 */
export function statusText(state: State, language: string | undefined, isDisabled: boolean): StatusText {
  const { phase, status } = state;
  switch (phase.kind) {
    case "failed":
      return { text: "$(error) CodeExit", spoken: "CodeExit cannot start", tooltip: [phase.problem.message], severity: "error" };
    case "starting":
      return plain("$(loading~spin) CodeExit", "CodeExit is starting");
    case "restarting":
      return { ...plain("$(loading~spin) CodeExit", "CodeExit's server stopped and is starting again"), severity: "warning" };
    case "stopped":
      return plain("$(circle-slash) CodeExit", "CodeExit's server is stopped");
    case "running":
      break;
  }
  if (status?.state === "failed")
    return { text: "$(error) CodeExit", spoken: "CodeExit cannot load its model", tooltip: [status.error ?? "The model cannot be loaded."], severity: "error" };
  if (isDisabled && language !== undefined) return plain("$(circle-slash) CodeExit", `CodeExit is off for ${language}`);
  if (status?.paused === true) return plain("$(debug-pause) CodeExit", "CodeExit is paused: this machine runs on battery");
  return ready(state);
}

function ready(state: State): StatusText {
  const data = state.suggestion?.data;
  const energy = data?.energy;
  const mode = modeInForce(state);
  const parts = [mode ?? "CodeExit"];
  const spoken = [mode === undefined ? "CodeExit is ready" : `CodeExit, mode ${mode}`];
  if (data?.reused === true) parts.push("reused");
  else if (energy) {
    parts.push(formatReading(energy));
    if (energy.joules !== null) spoken.push(`last suggestion ${formatJoules(energy.joules)}, ${explainLabel(energy.label)}`);
  }
  return { text: `$(zap) ${parts.join("  ")}`, spoken: spoken.join("; "), tooltip: details(state), severity: "normal" };
}

/** The mode, with what `auto` comes to now; undefined before the first load, where it hangs on the model. */
function modeInForce({ status, suggestion }: State): string | undefined {
  const mode = [status?.mode, suggestion?.data.mode].find((name) => name !== "" && name !== null && name !== undefined) ?? undefined;
  const effective = status?.effectiveMode;
  return mode === "auto" && effective && effective !== mode ? `auto: ${effective}` : mode;
}

function details({ status, suggestion }: State): string[] {
  const energy = suggestion?.data.energy;
  const lines: string[] = [];
  if (status?.mode) lines.push(`Mode ${status.mode}${status.modeReason ? `: ${status.modeReason}` : ""}`);
  if (energy) lines.push(`Last suggestion: ${formatReading(energy)} (${explainLabel(energy.label)}; ${energy.source}, ${energy.scope})`);
  if (status?.model) lines.push(`Model ${status.model}${status.device ? ` on ${status.device}` : ""}${status.state === "ready" ? "" : `, ${status.state}`}`);
  if (typeof status?.energy?.watts === "number") lines.push(`${formatWatts(status.energy.watts, status.energy.label)} when last read`);
  if (status?.latencyMs) lines.push(`${Math.round(status.latencyMs.p50)} ms to a suggestion, 95 of 100 within ${Math.round(status.latencyMs.p95)} ms`);
  if (status?.suggestions) lines.push(`${status.suggestions.accepted} of ${status.suggestions.offered} suggestions accepted in this window`);
  return lines;
}

function plain(text: string, spoken: string): StatusText {
  return { text, spoken, tooltip: [spoken], severity: "normal" };
}
