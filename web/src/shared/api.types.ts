/** Shapes of the web app's own API, written by hand from its description. */

export type Role = -1 | 0 | 1 | 2 | 3 | 4 | 5;

export interface Me {
  id: string;
  uid: string;
  display_name: string;
  avatar: string | null;
  is_admin: boolean;
  must_change_password: boolean;
  server_name: string;
}

export interface Schedule {
  type: -1 | 0 | 1;
  start_time?: number;
  /** Seconds. */
  duration?: number;
  days?: string[];
  time?: string;
  /** Minutes east of UTC. */
  time_offset?: number;
}

export interface ConferenceCard {
  id: string;
  topic: string;
  description: string;
  owner: { id: string; display_name: string; avatar: string | null };
  mode: 0 | 1 | 3;
  state: 'running' | 'stopped';
  allow_guests: boolean;
  pin_required: boolean;
  is_mine: boolean;
  schedule: Schedule;
  /** Unix seconds. */
  next_start: number | null;
  finished: boolean;
  participant_count: number | null;
  server_time: number;
  url: string;
}

export interface Rights {
  chat_send: boolean;
  chat_rcv: boolean;
  slide_show_send: boolean;
  slide_show_rcv: boolean;
  white_board_send: boolean;
  white_board_rcv: boolean;
  file_transfer_send: boolean;
  file_transfer_rcv: boolean;
  desktop_sharing: boolean;
  recording: boolean;
  audio_send: boolean;
  audio_rcv: boolean;
  video_send: boolean;
  video_rcv: boolean;
}

export interface Participation {
  participant_id: string;
  participant_token: string;
  display_name: string;
  session_id: string;
  conference_id: string;
  topic: string;
  mode: 0 | 1 | 3;
  role: Role;
  is_owner: boolean;
  rights: Rights;
  engine_url: string;
  engine_token: string;
  started_at: number;
  on_join_mute_mic: boolean;
  on_join_mute_camera: boolean;
}

export interface ChatMessage {
  id: number | string;
  from_id: string;
  from_display_name: string;
  to_id: string | null;
  message: string;
  /** Unix seconds with a fraction. */
  time: number;
}

export interface Quality {
  app_id: string;
  fps_sent: number;
  /** kbit/s */
  bitrate_in: number;
  /** kbit/s */
  bitrate_out: number;
  video_w: number;
  video_h: number;
}

/** What the server pushes through the engine's data channel. */
export type Push =
  | { type: 'message'; message: ChatMessage }
  | { type: 'ended'; reason: 'stopped' | 'byModerator' | 'deleted' | 'schedule' }
  | { type: 'role'; participant_id: string; role: Role; rights: Rights }
  | { type: 'removed' };
