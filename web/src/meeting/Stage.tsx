/** Everybody's tiles: a grid with pages, or one picture on the stage and the others in a strip. */
import type { TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { useTracks, useVisualStableUpdate } from '@livekit/components-react';
import { RoomEvent, Track } from 'livekit-client';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeeting } from './context';
import { GridView } from './GridView';
import { MOST_TILES } from './grid';
import { InviteCard } from './InviteCard';
import { hasTile, isMixer, isOwner, isScreen, roleOf, seen, tileKey } from './people';
import { Picture } from './Picture';
import { ScreenView } from './ScreenView';
import styles from './Stage.module.css';
import { Tile } from './Tile';
import { useMeetingState } from './useMeetingState';
import { usePeople } from './usePeople';
import { useSize } from './useSize';

const SOURCES = [
  { source: Track.Source.Camera, withPlaceholder: true },
  { source: Track.Source.ScreenShare, withPlaceholder: false },
];
const EVENTS = [
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ConnectionStateChanged,
];

/** What was there when the connection went, for as long as it is away. */
function useKept<T>(value: T, keep: boolean): T {
  const [kept, setKept] = useState(value);
  if (!keep && kept !== value) setKept(value);
  return keep ? kept : value;
}

export function Stage() {
  const { t } = useTranslation();
  const { connection, participation, frozen, layout, pinned } = useMeeting();
  const mix = useSyncExternalStore(connection.mix.subscribe, connection.mix.snapshot);
  const { ref, width, height } = useSize<HTMLDivElement>();
  const current = useTracks(SOURCES, { onlySubscribed: false, updateOnlyOn: EVENTS });
  const all = useKept(current, frozen);

  const seated = useVisualStableUpdate(all.filter((one) => !isScreen(one) && !isMixer(one.participant) && hasTile(seen(one.participant, participation), participation)), MOST_TILES);
  const screens = all.filter((one) => isScreen(one) && !one.participant.isLocal);
  const others = seated.filter((one) => !one.participant.isLocal);
  const people = participation.hides_own_picture && others.length + screens.length > 0 ? others : seated;
  const shown = [...screens, ...people];
  const listensToLecture = participation.mode === 1 && participation.role !== 2;
  const focus =
    shown.find((one) => tileKey(one) === pinned) ??
    screens[0] ??
    (layout === 'speaker' && people.length > 1 ? lastSpeaker(people) : undefined) ??
    (listensToLecture && people.length > 2 ? lecturer(people) : undefined);

  const own = people.find((one) => one.participant.isLocal);
  const everybody = usePeople().length;
  const { waiting } = useMeetingState();
  const alone = everybody <= 1 && waiting.length === 0 && others.length === 0 && screens.length === 0;
  if (mix.on && mix.participant && mix.publication) {
    const mixed = { participant: mix.participant, publication: mix.publication, source: mix.publication.source };
    return (
      <div className={styles.area} ref={ref} data-testid="stage">
        <div className={styles.mix} role="group" aria-label={t('meeting.mixedPicture')} data-testid="mix">
          <Picture trackRef={mixed} />
        </div>
      </div>
    );
  }
  return (
    <div className={styles.area} ref={ref} data-testid="stage">
      {width > 0 && focus && <FocusView focus={focus} rest={shown.filter((one) => one !== focus)} wide={width > height && width >= 640} />}
      {width > 0 && !focus && others.length === 1 && own && (
        <GridView tiles={others} corner={own} width={width} height={height} />
      )}
      {width > 0 && !focus && !(others.length === 1 && own) && people.length > 0 && <GridView tiles={people} width={width} height={height} />}
      {people.length === 0 && !focus && <p className={styles.nobody}>{t('meeting.nobody')}</p>}
      {alone && own && connection.phase.kind === 'live' && <InviteCard />}
    </div>
  );
}

/** The remote person who spoke last; so the stage does not go back and forth in pauses. */
function lastSpeaker(people: TrackReferenceOrPlaceholder[]): TrackReferenceOrPlaceholder | undefined {
  const spokeAt = (one: TrackReferenceOrPlaceholder) =>
    one.participant.isSpeaking ? Number.POSITIVE_INFINITY : (one.participant.lastSpokeAt?.getTime() ?? 0);
  const others = people.filter((one) => !one.participant.isLocal);
  return others.reduce<TrackReferenceOrPlaceholder | undefined>((best, one) => (best && spokeAt(best) >= spokeAt(one) ? best : one), undefined);
}

/** The one that a lecture's listeners see large: the owner, or another host. */
function lecturer(people: TrackReferenceOrPlaceholder[]): TrackReferenceOrPlaceholder | undefined {
  const hosts = people.filter((one) => !one.participant.isLocal && roleOf(one.participant) === '2');
  return hosts.find((one) => isOwner(one.participant)) ?? hosts[0];
}

function FocusView({ focus, rest, wide }: { focus: TrackReferenceOrPlaceholder; rest: TrackReferenceOrPlaceholder[]; wide: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={styles.focus} data-wide={wide}>
      <div className={styles.main} data-testid="focus">
        {isScreen(focus) ? <ScreenView trackRef={focus} /> : <Tile trackRef={focus} size="large" />}
      </div>
      {rest.length > 0 && (
        <ul className={styles.strip} aria-label={t('meeting.others')}>
          {rest.map((one) => (
            <li key={tileKey(one)} className={styles.stripTile}>
              <Tile trackRef={one} size="small" />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
