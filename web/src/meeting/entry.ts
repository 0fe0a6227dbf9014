/** How a visit enters the meeting, and what the meeting's outermost part is given. */
import type { Choices, Handover, Waiting } from '../shared/handover';

export type Entry =
  | { kind: 'handover'; handover: Handover }
  /** Asks the server by itself: after a reload, or with the credentials in the address. */
  | { kind: 'choices'; choices: Choices; takeover: boolean; direct: boolean };

export interface MeetingProps {
  id: string;
  entry: Entry;
  /** Shows the join page again. */
  onAgain: () => void;
  /** The place is before the door: shows the join page, which waits. Stable over renders. */
  onWaiting: (waiting: Waiting) => void;
}
