/** When a server that died is started again: soon, then ever later, and not at all if it keeps dying. */
export class RestartPolicy {
  private crashes: number[] = [];

  constructor(
    private readonly firstDelayMs = 250,
    private readonly mostCrashes = 5,
    private readonly windowMs = 180_000,
  ) {}

  /**
   * Takes down a crash.
   * @param nowMs of a monotonic clock.
   * @returns milliseconds to wait before the next start, or undefined once there were too many crashes in the window.
   */
  onCrash(nowMs: number): number | undefined {
    this.crashes = this.crashes.filter((then) => nowMs - then < this.windowMs);
    this.crashes.push(nowMs);
    return this.crashes.length > this.mostCrashes ? undefined : this.firstDelayMs * 2 ** (this.crashes.length - 1);
  }

  /** Forgets what was: the user asked for a restart. */
  reset(): void {
    this.crashes = [];
  }
}
