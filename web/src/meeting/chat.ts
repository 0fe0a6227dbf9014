/** The meeting's messages: what the server keeps, plus our own that are on the way. */
import { sessionApi } from '../shared/api';
import type { ChatMessage, Participation } from '../shared/api.types';
import { ApiError } from '../shared/http';
import { backOff } from './backOff';

/** Milliseconds after joining until everything that is said surely reaches this page by itself. */
const SETTLED = 2000;
const MOST_FAILURES = 6;

export interface Pending {
  key: number;
  text: string;
  /** A file that is sent; its name is the text. */
  file?: File;
  state: 'sending' | 'failed';
  /** The server takes files of so many bytes at most, and this one has more. */
  limit?: number;
}

export interface ChatState {
  messages: readonly ChatMessage[];
  pending: readonly Pending[];
  /** Messages of others since the chat was last looked at. */
  unread: number;
}

/** Puts messages that are not there yet in order of time. */
export function merge(known: readonly ChatMessage[], more: readonly ChatMessage[]): ChatMessage[] {
  const ids = new Set(known.map((message) => String(message.id)));
  const fresh = more.filter((message) => !ids.has(String(message.id)));
  return fresh.length === 0 ? [...known] : [...known, ...fresh].toSorted((a, b) => a.time - b.time);
}

/** The bytes that the server takes, where a refusal says that there were more. */
export function exceeded(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.reason !== 'requestTooLarge') return undefined;
  return Number(/\d+/.exec(error.message)?.[0]) || undefined;
}

export class Chat {
  private state: ChatState = { messages: [], pending: [], unread: 0 };
  private listeners = new Set<() => void>();
  private participation: Participation | null = null;
  /** Whose messages these are. */
  private session: string | null = null;
  private looking = false;
  private loaded = false;
  /** The last message that a reading has told of. What a push or an answer tells may lie behind a gap. */
  private readUpTo: ChatMessage['id'] | undefined;
  private nextKey = 1;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): ChatState => this.state;

  /** Takes the (new) participation and reads what was said before or meanwhile. */
  async attach(participation: Participation): Promise<void> {
    if (this.session !== participation.session_id) {
      this.loaded = false;
      this.readUpTo = undefined;
      this.set({ messages: [] });
    }
    this.session = participation.session_id;
    this.participation = participation;
    await this.catchUp();
    // The engine may not have carried anything to us yet when we read.
    setTimeout(() => void this.catchUp(), SETTLED);
  }

  /** Reads what the server has that no reading has told of; what fails is tried again. */
  async catchUp(): Promise<void> {
    for (let failures = 0; failures < MOST_FAILURES; failures += 1) {
      const { participation } = this;
      if (!participation?.rights.chat_rcv) return;
      const messages = await sessionApi(participation).messages(this.readUpTo).catch(() => null);
      if (participation.session_id !== this.participation?.session_id) return;
      if (messages) {
        this.add(messages, this.loaded);
        this.loaded = true;
        this.readUpTo = messages.at(-1)?.id ?? this.readUpTo;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, backOff(failures)));
    }
  }

  /** Nothing is read any more. */
  stop(): void {
    this.participation = null;
  }

  receive(message: ChatMessage): void {
    if (message.from_id === this.participation?.participant_id) {
      // Our own comes back by push too, often before the answer to our request.
      const twin = this.state.pending.find((pending) => pending.text === message.message);
      if (twin) this.set({ pending: this.state.pending.filter((pending) => pending !== twin) });
    }
    this.add([message], true);
  }

  say(text: string): Promise<void> {
    return this.deliver({ key: this.nextKey++, text, state: 'sending' });
  }

  sendFile(file: File): Promise<void> {
    return this.deliver({ key: this.nextKey++, text: file.name, file, state: 'sending' });
  }

  /** What a file holds. */
  fetchFile(id: string): Promise<Blob> {
    return this.participation ? sessionApi(this.participation).file(id) : Promise.reject(new Error('not in a meeting'));
  }

  async again(key: number): Promise<void> {
    const pending = this.state.pending.find((one) => one.key === key);
    if (pending) await this.deliver({ ...pending, state: 'sending' });
  }

  /** Gives up what could not be sent. */
  drop(key: number): void {
    this.set({ pending: this.state.pending.filter((pending) => pending.key !== key) });
  }

  look(looking: boolean): void {
    this.looking = looking;
    if (looking && this.state.unread > 0) this.set({ unread: 0 });
  }

  private async deliver(one: Pending): Promise<void> {
    const { key, text, file } = one;
    const known = this.state.pending.some((pending) => pending.key === key);
    if (known) this.replace(key, one);
    else this.set({ pending: [...this.state.pending, one] });
    try {
      if (!this.participation) throw new Error('not in a meeting');
      const { largest_file: most } = this.participation;
      // The server would end the connection before the end of a very large one, and no browser tells why.
      if (file && file.size > most) return this.replace(key, { ...one, state: 'failed', limit: most });
      const api = sessionApi(this.participation);
      const message = file ? await api.sendFile(file) : await api.say(text);
      this.set({ pending: this.state.pending.filter((pending) => pending.key !== key) });
      this.add([message], false);
    } catch (error) {
      this.replace(key, { ...one, state: 'failed', limit: exceeded(error) });
    }
  }

  private replace(key: number, next: Pending): void {
    this.set({ pending: this.state.pending.map((pending) => (pending.key === key ? next : pending)) });
  }

  private add(more: readonly ChatMessage[], counts: boolean): void {
    const before = this.state.messages.length;
    const messages = merge(this.state.messages, more);
    const foreign = more.filter((message) => message.from_id !== this.participation?.participant_id).length;
    const fresh = Math.min(foreign, messages.length - before);
    this.set({ messages, unread: this.looking || !counts ? this.state.unread : this.state.unread + fresh });
  }

  private set(change: Partial<ChatState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
