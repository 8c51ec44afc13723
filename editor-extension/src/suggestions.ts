import type { EnergyAnswer, EnergyReading, StatusAnswer, SuggestionData } from "./protocol";
import type { Store, Suggestion } from "./state";

/** An item as it comes over the wire; VS Code's own items have lost `data`. */
interface Item {
  insertText: string | { value: string };
  data?: SuggestionData | null;
}

/** What this asks the server. */
export interface Questions {
  status(): Promise<StatusAnswer>;
  energy(): Promise<EnergyAnswer>;
}

/** A counter moves up to a second after the suggestion; asked later than that, the answer has measured joules. */
const MeasuredAfterMs = 1200;

/**
 * Keeps the last suggestion and what it cost. The server is asked once after a pause in the suggestions, or when somebody looks;
 * an idle editor asks nothing.
 */
export class Suggestions {
  /** The number of the newest request, and of the one whose suggestion is kept. */
  private newest = 0;
  private kept = 0;
  /** The newest that the model wrote, shown or not. */
  private written: Suggestion | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly questions: Questions,
  ) {}

  /** To be called before a suggestion is asked for; what it returns takes the answer. */
  begin(): (answer: unknown, isCancelled: boolean) => void {
    const number = ++this.newest;
    return (answer, isCancelled) => {
      const item = firstItem(answer);
      if (item === undefined) return;
      const text = typeof item.insertText === "string" ? item.insertText : item.insertText.value;
      const isReused = item.data?.reused === true;
      if (!isReused) this.written = { text, data: item.data ?? {} };
      if (isCancelled || number !== this.newest) return;
      // What is typed through costs nothing again, what it did cost stays in sight, also if a key came before its first answer.
      const isRest = isReused && this.written?.text === text;
      if (!isRest) this.kept = number;
      this.store.update({ suggestion: isRest ? this.written : { text, data: item.data ?? {} } });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.refresh(), MeasuredAfterMs);
    };
  }

  /** Asks what the server knows now. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const number = this.newest;
    try {
      const [status, energy] = await Promise.all([this.questions.status(), this.questions.energy()]);
      // `last` is the newest request's; that is the kept suggestion's only while none came after it.
      const { suggestion } = this.store.state;
      const isItsOwn = suggestion !== undefined && this.kept === number && this.newest === number;
      const better = isItsOwn ? withEnergy(suggestion, energy.last) : suggestion;
      if (suggestion === this.written) this.written = better;
      this.store.update({ status, energy, suggestion: better });
    } catch {
      // The server went away meanwhile; its end is told elsewhere.
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

function firstItem(answer: unknown): Item | undefined {
  const items: unknown = Array.isArray(answer) ? answer : (answer as { items?: unknown } | null | undefined)?.items;
  return Array.isArray(items) ? (items[0] as Item | undefined) : undefined;
}

function withEnergy(suggestion: Suggestion, energy: EnergyReading | null | undefined): Suggestion {
  return energy ? { ...suggestion, data: { ...suggestion.data, energy } } : suggestion;
}
