/** The light build (no subtitles, no protected media) has the same types as the whole library. */
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
