/** Words to a page that shows us in a frame. They carry no data, so any parent may read them. */

export type Word = 'notSupported' | 'loginFail' | 'connectionClosed' | 'logout';

export function tellEmbedder(word: Word): void {
  if (window.parent !== window) window.parent.postMessage(word, '*');
}
