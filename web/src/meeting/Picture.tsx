/** The moving picture of a tile; while the connection is away, its last frame. */
import type { TrackReference } from '@livekit/components-core';
import { VideoTrack } from '@livekit/components-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { mark } from '../shared/marks';
import { useMeeting } from './context';
import styles from './Tile.module.css';

/** The own picture before the engine knows of it. */
export function EarlyPicture({ track }: { track: MediaStreamTrack }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={video} autoPlay muted playsInline data-mirror data-testid="local-video" onLoadedData={() => mark('localVideo')} />;
}

export function Picture({ trackRef }: { trackRef: TrackReference }) {
  const { frozen } = useMeeting();
  const local = trackRef.participant.isLocal;
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const [upright, setUpright] = useState(false);
  const mirrored = local && trackRef.source === 'camera';

  useEffect(() => {
    const [from, to] = [video.current, still.current];
    if (!frozen || local || !from || !to || from.videoWidth === 0) return;
    to.width = from.videoWidth;
    to.height = from.videoHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
    to.hidden = false;
    return () => {
      to.hidden = true;
    };
  }, [frozen, local]);

  const onFrame = useCallback(() => mark(local ? 'localVideo' : 'firstRemoteFrame'), [local]);
  return (
    <>
      <VideoTrack
        ref={video}
        trackRef={trackRef}
        data-mirror={mirrored}
        data-upright={upright}
        data-testid={local ? 'local-video' : 'remote-video'}
        onLoadedData={onFrame}
        onResize={({ currentTarget }) => setUpright(currentTarget.videoHeight > currentTarget.videoWidth)}
      />
      <canvas ref={still} className={styles.still} data-mirror={mirrored} hidden aria-hidden />
    </>
  );
}
