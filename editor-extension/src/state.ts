import type { EnergyAnswer, StatusAnswer, SuggestionData } from "./protocol";
import type { Problem } from "./server/problem";

/** Where the server stands. */
export type Phase =
  | { kind: "starting" }
  | { kind: "running" }
  | { kind: "restarting" }
  | { kind: "stopped" }
  | { kind: "failed"; problem: Problem };

/** The last suggestion that came in time to be shown. */
export interface Suggestion {
  text: string;
  data: SuggestionData;
}

/** All that the extension knows; what it shows is made from this alone. */
export interface State {
  phase: Phase;
  status: StatusAnswer | undefined;
  energy: EnergyAnswer | undefined;
  suggestion: Suggestion | undefined;
}

/** Holds the state and tells who shows it of changes. */
export class Store {
  private current: State = { phase: { kind: "starting" }, status: undefined, energy: undefined, suggestion: undefined };
  private readonly listeners = new Set<() => void>();

  get state(): State {
    return this.current;
  }

  update(change: Partial<State>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }
}
