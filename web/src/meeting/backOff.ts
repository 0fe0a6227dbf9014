/** Milliseconds to wait before attempt number `attempt` (from 0): 0.3 s, growing to 5 s, spread by a quarter. */
export function backOff(attempt: number, random = Math.random()): number {
  return Math.min(5000, 300 * 1.8 ** attempt) * (0.75 + random / 2);
}

/** Tries until it works or is of no use any more, with growing pauses; one row of tries at a time. */
export class Tries {
  private underWay = false;
  private wake: () => void = () => undefined;

  /** Resolves to how the last try ended; to `busy` at once where tries are under way. */
  async until<Result>(attempt: () => Promise<Result | 'away'>): Promise<Result | 'busy'> {
    if (this.underWay) return 'busy';
    this.underWay = true;
    try {
      for (let count = 0; ; count += 1) {
        await this.pause(backOff(count));
        const result = await attempt();
        if (result !== 'away') return result;
      }
    } finally {
      this.underWay = false;
    }
  }

  /** The next try is made now. */
  hurry(): void {
    this.wake();
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
