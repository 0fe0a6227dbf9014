/** Something that changes, as React's `useSyncExternalStore` wants it: whoever subscribes is told, the version grows. */
export class Watched {
  private watchers = new Set<() => void>();
  private version = 0;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly snapshot = (): number => this.version;

  protected changed(): void {
    this.version += 1;
    for (const watcher of this.watchers) watcher();
  }
}

/** Something that happens now and then, told to whoever listens at that moment. */
export class Announcer<News> {
  private listeners = new Set<(news: News) => void>();

  readonly on = (listener: (news: News) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  tell(news: News): void {
    for (const listener of this.listeners) listener(news);
  }
}
