/** Camera, microphone and speaker: which ones the person likes, and how to open them. */

export interface DeviceTaste {
  camera: boolean;
  microphone: boolean;
  cameraId?: string;
  microphoneId?: string;
  speakerId?: string;
}

export type DeviceState =
  | 'asking'
  | 'on'
  | 'off'
  | 'denied'
  | 'missing'
  | 'busy'
  /** The page has no right to devices at all: not https, or an embedding page keeps them. */
  | 'insecure';

const KEY = 'rostrum.devices';

export function readTaste(): DeviceTaste {
  try {
    return { camera: true, microphone: true, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<DeviceTaste>) };
  } catch {
    return { camera: true, microphone: true };
  }
}

export function writeTaste(change: Partial<DeviceTaste>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readTaste(), ...change }));
  } catch {
    // Not remembered then.
  }
}

/** A measure of pictures: pixels, and pictures a second. */
export interface Capture {
  width: number;
  height: number;
  frameRate: number;
}

export const CAMERA: Capture = { width: 1280, height: 720, frameRate: 30 };

export function videoConstraints(deviceId?: string, { width, height, frameRate } = CAMERA): MediaTrackConstraints {
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: frameRate },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: 'user' }),
  };
}

export function audioConstraints(deviceId?: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
  };
}

/** Why a device did not open. */
export function deviceFailure(error: unknown): DeviceState {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  if (name === 'NotAllowedError') return 'denied';
  return 'insecure';
}

/** Whether this browser can hold a meeting at all. */
export function canMeet(): boolean {
  return typeof RTCPeerConnection === 'function' && typeof WebSocket === 'function';
}

export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

export type BrowserKind = 'chrome' | 'firefox' | 'safari' | 'ios' | 'android' | 'inApp';

/** The kind of browser, for showing where its permission switch is. */
export function browserKind(agent: string): BrowserKind {
  if (/FBAN|FBAV|Instagram|Line\/|Telegram|VKAndroidApp|; wv\)/.test(agent)) return 'inApp';
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios';
  if (/Android/.test(agent)) return 'android';
  if (/Firefox\//.test(agent)) return 'firefox';
  if (/Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent)) return 'safari';
  return 'chrome';
}
