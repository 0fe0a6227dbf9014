/** A switch whose work takes time: what is wanted meanwhile is done afterwards, so that the last wish counts. */
export class Switch {
  private wish: boolean | null = null;

  /** What is wanted by a change that is under way; null: none is. */
  get wanted(): boolean | null {
    return this.wish;
  }

  /** Makes it so. Resolves when the last wish is done, at once where another change is under way; rejects when `change` does. */
  async set(next: boolean, change: (on: boolean) => Promise<unknown>): Promise<void> {
    const isUnderWay = this.wish !== null;
    this.wish = next;
    if (isUnderWay) return;
    try {
      for (let done: boolean | null = null; done !== this.wish; ) {
        done = this.wish;
        await change(done);
      }
    } finally {
      this.wish = null;
    }
  }
}
