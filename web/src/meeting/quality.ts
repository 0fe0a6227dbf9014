/** What this browser sends and receives, told to the server every ten seconds and on leaving, for the call log. */
import { type Room, Track } from 'livekit-client';
import { sessionApi } from '../shared/api';
import type { Participation, Quality } from '../shared/api.types';

const REPORT_EVERY = 10_000;
const READ_EVERY = 2500;
const KEY = 'rostrum.app';

export interface Totals {
  /** Milliseconds. */
  at: number;
  bytesIn: number;
  bytesOut: number;
  framesSent: number;
  width: number;
  height: number;
}

/** Rates between two readings: kbit/s and frames per second. */
export function rates(before: Totals, after: Totals): Omit<Quality, 'app_id'> {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  // Counters start anew with a new connection; less than before counts from nothing.
  const grown = (from: number, to: number) => (to >= from ? to - from : to);
  const kilobits = (bytes: number) => Math.round((bytes * 8) / 1000 / seconds);
  return {
    fps_sent: Math.round((grown(before.framesSent, after.framesSent) / seconds) * 10) / 10,
    bitrate_in: kilobits(grown(before.bytesIn, after.bytesIn)),
    bitrate_out: kilobits(grown(before.bytesOut, after.bytesOut)),
    video_w: after.width,
    video_h: after.height,
  };
}

/** 32 hex digits that stand for this browser. */
function appId(): string {
  const fresh = () => crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
  try {
    const known = localStorage.getItem(KEY);
    if (known && /^[0-9a-f]{32}$/.test(known)) return known;
    const made = fresh();
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return fresh();
  }
}

interface Sent {
  type: string;
  bytesSent?: number;
  bytesReceived?: number;
  framesSent?: number;
  frameWidth?: number;
  frameHeight?: number;
  kind?: string;
}

export async function readTotals(room: Room): Promise<Totals> {
  const totals: Totals = { at: performance.now(), bytesIn: 0, bytesOut: 0, framesSent: 0, width: 0, height: 0 };
  for (const publication of room.localParticipant.trackPublications.values()) {
    const report = await publication.track?.getRTCStatsReport().catch(() => undefined);
    let frames = 0;
    report?.forEach((entry: Sent) => {
      if (entry.type !== 'outbound-rtp') return;
      totals.bytesOut += entry.bytesSent ?? 0;
      if (publication.source !== Track.Source.Camera) return;
      // Simulcast layers carry the same frames: the busiest layer counts, the widest gives the size.
      frames = Math.max(frames, entry.framesSent ?? 0);
      if ((entry.frameWidth ?? 0) > totals.width) {
        totals.width = entry.frameWidth ?? 0;
        totals.height = entry.frameHeight ?? 0;
      }
    });
    totals.framesSent += frames;
  }
  for (const participant of room.remoteParticipants.values()) {
    for (const publication of participant.trackPublications.values()) {
      const report = await publication.track?.getRTCStatsReport().catch(() => undefined);
      report?.forEach((entry: Sent) => {
        if (entry.type === 'inbound-rtp') totals.bytesIn += entry.bytesReceived ?? 0;
      });
    }
  }
  return totals;
}

export class QualityReporter {
  private timer: ReturnType<typeof setInterval> | undefined;
  private participation: Participation | null = null;
  /** The reading that the last report ended with, and the newest one. */
  private before: Totals | null = null;
  private newest: Totals | null = null;

  constructor(private readonly room: Room) {}

  start(participation: Participation): void {
    this.stop();
    this.participation = participation;
    this.before = null;
    this.newest = null;
    void this.read();
    this.timer = setInterval(() => void this.read(), READ_EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Reports what was read since the last report. Needs no new reading: a page that goes away has no time for one. */
  async send(): Promise<void> {
    const { participation, before, newest } = this;
    if (!participation || !before || !newest || newest.at <= before.at) return;
    this.before = newest;
    await sessionApi(participation).stats({ app_id: appId(), ...rates(before, newest) }).catch(() => undefined);
  }

  private async read(): Promise<void> {
    this.newest = await readTotals(this.room);
    this.before ??= this.newest;
    if (this.newest.at - this.before.at >= REPORT_EVERY - READ_EVERY / 2) await this.send();
  }
}
