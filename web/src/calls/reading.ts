/** Reads what is also told piece by piece: one reading at a time, and no answer that the news has overtaken. */
export class Reading<T> {
  private reading = false;
  private again = false;
  private overtaken = false;
  private stopped = false;

  constructor(
    private readonly ask: () => Promise<T>,
    private readonly take: (found: T) => void,
  ) {}

  async read(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    this.again = this.overtaken = false;
    const found = await this.ask().catch(() => null);
    this.reading = false;
    if (this.stopped) return;
    if (found !== null && !this.overtaken) this.take(found);
    if (this.again || this.overtaken) void this.read();
  }

  /** News has come: an answer under way may be older, and is read anew. */
  news(): void {
    this.overtaken = this.reading;
  }

  stop(): void {
    this.stopped = true;
  }
}
