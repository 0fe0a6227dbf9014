/** The meeting's code, fetched while the person looks at the device check and then there at once. */
import type { ComponentType } from 'react';
import type { MeetingProps } from './entry';

let loaded: ComponentType<MeetingProps> | null = null;

export async function prepare(): Promise<{ default: ComponentType<MeetingProps> }> {
  const module = await import('./Meeting');
  loaded = module.default;
  return module;
}

/** The meeting if its code has come already: rendered without the pause that React makes before it shows lazy parts. */
export function preparedMeeting(): ComponentType<MeetingProps> | null {
  return loaded;
}
